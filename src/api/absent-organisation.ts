// What a caller of an organisation that is not there, or not its own, is told: which of the two it is, is nobody's business.

export const ABSENT_ORGANISATION = "There is no such organisation, or the API token is not one of its tokens";
