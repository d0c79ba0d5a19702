// What decides an access, and the sentences of it: for who tells a verdict, without what finds it.
export {
  effectOf as verdictEffect,
  fieldOfRule,
  letsIn,
  REASONS,
  type RuleRef,
  type Verdict,
} from "#match/access/verdict.ts";
