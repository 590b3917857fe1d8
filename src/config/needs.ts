/** What an integration needs of a Twenty workspace beyond the standard model. `sluice setup` compares it with the workspace and makes what is missing. */
export interface WorkspaceNeeds {
  /** The Twenty connection whose workspace it is. */
  readonly connection: string;
  /** Custom objects with their fields. */
  readonly objects?: readonly ObjectNeed[];
  /** Fields on objects that are there or declared above. */
  readonly fields?: readonly FieldNeed[];
  /** Options that a select field must offer, on a field that is there or declared above. */
  readonly options?: readonly OptionsNeed[];
}

export interface ObjectNeed {
  /** Camel case: `campaign`, `campaigns`. */
  readonly nameSingular: string;
  readonly namePlural: string;
  readonly labelSingular: string;
  readonly labelPlural: string;
  readonly description?: string;
  /** Of Twenty's icon set, `IconSpeakerphone`. */
  readonly icon?: string;
  /** Beside those that Twenty gives every object (`name`, `createdAt`, …). */
  readonly fields?: readonly FieldShape[];
}

export interface FieldNeed extends FieldShape {
  /** Singular name of the object, `person`. */
  readonly object: string;
}

export interface FieldShape {
  /** Camel case, letters and digits: `leadScore`. */
  readonly name: string;
  readonly type: FieldType;
  readonly label: string;
  readonly description?: string;
  readonly icon?: string;
  /** Of `SELECT` and `MULTI_SELECT`. */
  readonly options?: readonly OptionNeed[];
  readonly isUnique?: boolean;
  /** The plain value; records that exist get it too. Of `TEXT`, `NUMBER`, `BOOLEAN`, `SELECT`, `MULTI_SELECT`. */
  readonly defaultValue?: string | number | boolean | readonly string[];
  /** Of `NUMBER`: how many decimals Twenty shows. */
  readonly decimals?: number;
  /** Of `RELATION`: a link from each record to one record of another object. */
  readonly relation?: RelationNeed;
}

/** As Twenty names them. */
export type FieldType = 'TEXT' | 'NUMBER' | 'BOOLEAN' | 'DATE' | 'DATE_TIME' | 'SELECT' | 'MULTI_SELECT' | 'LINKS' | 'RICH_TEXT' | 'CURRENCY' | 'RELATION';

export interface OptionNeed {
  /** Capitals, digits and underscores: `IN_SEQUENCE`. */
  readonly value: string;
  readonly label: string;
  /** `gray`, `green`, … */
  readonly color?: string;
}

export interface RelationNeed {
  /** Singular name of the object that is linked to. */
  readonly to: string;
  /** What the list of linking records is called over there, `People`. */
  readonly labelThere: string;
  readonly iconThere?: string;
}

export interface OptionsNeed {
  readonly object: string;
  readonly field: string;
  readonly options: readonly OptionNeed[];
}
