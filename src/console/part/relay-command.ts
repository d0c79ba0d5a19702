// The command that brings a zone its relay.

/**
 * The command that starts a relay, as `weft zone create` prints it. The token goes by the environment: a command line is seen by all.
 * It says for what it is, so that a token of something else is refused.
 */
export function relayCommand(token: string, controlPlane: string, organisation: string, zone: string): string {
  const meant = `--organisation ${organisation} --zone ${zone}`;
  return `WEFT_ENROLMENT_TOKEN=${token} npx weft relay --control-plane ${controlPlane} ${meant} --state ./relay-${zone}`;
}
