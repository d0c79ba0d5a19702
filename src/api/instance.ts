// An instance: one run of what supervises an Envoy, told apart from every other run under the same name.

/** A random id of the run, in the bootstrap's request and on an announced leave: only the run that lives may end its life. */
export const INSTANCE_HEADER = "weft-instance";
