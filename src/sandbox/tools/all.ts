import { apolloStandIn } from './apollo/index.ts';
import { brevoStandIn } from './brevo.ts';
import { fathomStandIn } from './fathom.ts';
import { feedStandIn } from './feed.ts';
import { hubspotStandIn } from './hubspot/index.ts';
import { hunterStandIn } from './hunter.ts';
import { instantlyStandIn } from './instantly.ts';
import { kitStandIn } from './kit.ts';
import { lemlistStandIn } from './lemlist.ts';
import { madkuduStandIn } from './madkudu.ts';
import { mailchimpStandIn } from './mailchimp/index.ts';
import { peopleDataLabsStandIn } from './people-data-labs.ts';
import { smartleadStandIn } from './smartlead.ts';
import { bigQueryStandIn } from './bigquery.ts';
import { clickHouseStandIn } from './clickhouse.ts';
import { databricksStandIn } from './databricks.ts';
import { posthogStandIn } from './posthog.ts';
import { postgrestStandIn } from './postgrest.ts';
import { snowflakeStandIn } from './snowflake.ts';
import { firefliesStandIn } from './fireflies.ts';
import { recallStandIn } from './recall.ts';
import { recorderStandIn } from './recorder.ts';
import { restRecordsStandIn } from './rest-records.ts';
import { zoomStandIn } from './zoom.ts';
import type { StandIn } from './stand-in.ts';
import { stripeStandIn } from './stripe/index.ts';

/** Every stand-in there is, empty: one line each. */
export function allStandIns(): readonly StandIn[] {
  return [snowflakeStandIn(), bigQueryStandIn(), databricksStandIn(), clickHouseStandIn(), postgrestStandIn(), posthogStandIn(), 
    stripeStandIn(),
    madkuduStandIn(),
    feedStandIn(),
    hubspotStandIn(),
    instantlyStandIn(),
    lemlistStandIn(),
    smartleadStandIn(),
    fathomStandIn(),
    zoomStandIn(),
    recorderStandIn(),
    restRecordsStandIn(),
    recallStandIn(),
    firefliesStandIn(),
    mailchimpStandIn(),
    peopleDataLabsStandIn(),
    apolloStandIn(),
    hunterStandIn(),
    brevoStandIn(),
    kitStandIn(),
  ];
}
