/** A genuine request. `from` says whose word it is; where a sender publishes no full example, its documented rule was followed with another tool. */
export interface Vector {
  readonly scheme: string;
  readonly from: string;
  readonly secret: string;
  readonly signatureHeader: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** Milliseconds since 1970; undefined for schemes without a time. */
  readonly sentAtMs?: number;
  readonly options?: Readonly<Record<string, string>>;
}

export const vectors: readonly Vector[] = [
  {
    scheme: 'twenty',
    from: 'recorded from Twenty 2.21, a task done',
    secret: 'lab-secret-0123456789abcdef',
    signatureHeader: 'x-twenty-webhook-signature',
    headers: {
      'x-twenty-webhook-timestamp': '1795320461267',
      'x-twenty-webhook-signature': '338b38c5c83b5d97265d633412b6302eab2dda6a75aa949f996ca08690a47ba1',
    },
    body: String.raw`{"targetUrl":"http://localhost:33999/ok","eventName":"task.updated","objectMetadata":{"id":"715a5e7b-6cc9-47cc-8596-b81e463745b1","nameSingular":"task"},"workspaceId":"20202020-1c25-4d02-bf25-6aeccf7ea419","webhookId":"9fced0f6-cbc5-4777-ad54-34b7c13f5efa","eventDate":"2026-11-22T04:07:41.261Z","record":{"id":"7e57f000-0000-4000-8000-000000000001","createdAt":"2026-11-22T04:07:41.225Z","updatedAt":"2026-11-22T04:07:41.251Z","deletedAt":null,"position":-1,"title":"Hook task","bodyV2":{"blocknote":null,"markdown":""},"dueAt":null,"status":"DONE","createdBy":{"source":"API","workspaceMemberId":null,"name":"Lab key","context":{}},"updatedBy":{"source":"API","workspaceMemberId":null,"name":"Lab key","context":{}},"searchVector":"'hook':1 'task':2","assigneeId":null},"updatedFields":["status"]}`,
    sentAtMs: 1_795_320_461_267,
  },
  {
    scheme: 'twenty',
    from: 'recorded from Twenty 2.21, a stage changed',
    secret: 'lab-secret-0123456789abcdef',
    signatureHeader: 'x-twenty-webhook-signature',
    headers: {
      'x-twenty-webhook-timestamp': '1795320452835',
      'x-twenty-webhook-signature': '6935e14a859a73d8ffc835ddb7022b9a86c6c282b3826df354a59b4641a318c2',
    },
    body: String.raw`{"targetUrl":"http://localhost:33999/ok","eventName":"opportunity.updated","objectMetadata":{"id":"0420c333-a4fc-4c1a-835d-711dadf9b7f5","nameSingular":"opportunity"},"workspaceId":"20202020-1c25-4d02-bf25-6aeccf7ea419","webhookId":"9fced0f6-cbc5-4777-ad54-34b7c13f5efa","eventDate":"2026-11-22T04:07:32.830Z","record":{"id":"7e57f000-0000-4000-8000-000000000001","createdAt":"2026-11-22T04:07:30.242Z","updatedAt":"2026-11-22T04:07:32.825Z","deletedAt":null,"name":"Deal","amount":{"amountMicros":5000000,"currencyCode":"EUR"},"closeDate":null,"stage":"PROPOSAL","position":-3,"createdBy":{"source":"API","workspaceMemberId":null,"name":"Lab key","context":{}},"updatedBy":{"source":"API","workspaceMemberId":null,"name":"Lab key","context":{}},"searchVector":"'deal':1","companyId":"7e57f000-0000-4000-8000-000000000001","pointOfContactId":"7e57f000-0000-4000-8000-000000000001","ownerId":null},"updatedFields":["stage"]}`,
    sentAtMs: 1_795_320_452_835,
  },
  {
    scheme: 'standard-webhooks',
    from: 'the specification',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    signatureHeader: 'webhook-signature',
    headers: {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
    body: '{"test": 2432232314}',
    sentAtMs: 1_614_265_330_000,
  },
  {
    scheme: 'svix',
    from: 'the documentation',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    signatureHeader: 'svix-signature',
    headers: {
      'svix-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'svix-timestamp': '1614265330',
      'svix-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
    body: '{"test": 2432232314}',
    sentAtMs: 1_614_265_330_000,
  },
  {
    scheme: 'github',
    from: 'the documentation',
    secret: "It's a Secret to Everybody",
    signatureHeader: 'x-hub-signature-256',
    headers: {
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    },
    body: 'Hello, World!',
  },
  {
    scheme: 'stripe',
    from: 'the documented rule, computed with openssl',
    secret: 'whsec_stripe signing secret',
    signatureHeader: 'stripe-signature',
    headers: {
      'stripe-signature': 't=1700000000,v1=de5c94710120df9d0ddd0a94785732f4cfbdd6df71a2b950f196dcd9babed616',
    },
    body: '{"id":"evt_1","object":"event","type":"invoice.paid"}',
    sentAtMs: 1_700_000_000_000,
  },
  {
    scheme: 'typeform',
    from: 'the documented rule, computed with openssl',
    secret: 'form signing secret',
    signatureHeader: 'typeform-signature',
    headers: {
      'typeform-signature': 'sha256=CxMwjeJsN/DSqIPFBURQAPahRgfFvmwWlfeMSKRlC84=',
    },
    body: '{"event_id":"01HF","event_type":"form_response","form_response":{"form_id":"lT4Z3j","token":"a3a12ec67a1365927098a606107fac15"}}',
  },
  {
    scheme: 'tally',
    from: 'the documented rule, computed with openssl',
    secret: 'form signing secret',
    signatureHeader: 'tally-signature',
    headers: {
      'tally-signature': 'cXglPbohi7yeszPH+t/z5YZH0FiwUdgrN0gerfTam2g=',
    },
    body: '{"eventId":"a4cb511e-d513-4fa5-baee-b815d718dfd1","eventType":"FORM_RESPONSE","data":{"responseId":"2wgx4n"}}',
  },
  {
    scheme: 'webflow',
    from: 'the documented rule, computed with openssl',
    secret: 'form signing secret',
    signatureHeader: 'x-webflow-signature',
    headers: {
      'x-webflow-timestamp': '1700000000000',
      'x-webflow-signature': 'ac47ce8cc7c66598681e6d0c514f971586467a26103086f10c4142e226357341',
    },
    body: '{"triggerType":"form_submission","payload":{"name":"Contact","data":{"Email":"ann@example.com"}}}',
    sentAtMs: 1_700_000_000_000,
  },
  {
    scheme: 'zoom',
    from: 'the documented rule, computed with openssl',
    secret: 'form signing secret',
    signatureHeader: 'x-zm-signature',
    headers: {
      'x-zm-request-timestamp': '1700000000',
      'x-zm-signature': 'v0=df6b67859f3549c4260e2e037df6788528a3fac8f4a6f8fab3f4c52f3ceef7ec',
    },
    body: '{"event":"meeting.summary_completed","event_ts":1700000000000,"payload":{"account_id":"abc"}}',
    sentAtMs: 1_700_000_000_000,
  },
  {
    scheme: 'hubspot-v3',
    from: "the tests of HubSpot's own client for Python",
    secret: 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy',
    signatureHeader: 'x-hubspot-signature-v3',
    headers: {
      'x-hubspot-request-timestamp': '1693657560000',
      'x-hubspot-signature-v3': 'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=',
    },
    body: "{'example_field':'example_value'}",
    sentAtMs: 1_693_657_560_000,
    options: { url: 'https://www.example.com/webhook_uri' },
  },
];
