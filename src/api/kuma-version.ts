// Which Kuma this speaks as.

/** Kuma's release whose REST API this is; kumactl compares major and minor with its own. */
export const KUMA_VERSION = "2.14.0";
