/** A submission as a site posts it. */
export interface Form {
  readonly name: string;
  readonly email: string;
  readonly company: string;
  readonly message: string;
}

const COMPANIES = 50;

/** Submission number `n` of a series: a person nobody knows yet, of one of fifty companies. */
export function formOf(series: string, n: number): Form {
  const company = n % COMPANIES;
  return {
    name: `Ada ${series} Number${String(n)}`,
    email: `ada.${series}.${String(n)}@company-${String(company)}.example`,
    company: `Company ${String(company)}`,
    message: `Enquiry ${String(n)} of ${series}. We are a team of ${String(3 + (n % 40))} and would like to see how this works. When can we talk?`,
  };
}
