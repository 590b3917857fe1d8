/** What belongs to Twenty itself. */
export const standardApplicationId = '5a9db0c5-0000-4000-8000-00000000a001';

/** What was made in the workspace: custom objects and fields, webhooks. */
export const customApplicationId = '5a9db0c5-0000-4000-8000-00000000a002';
