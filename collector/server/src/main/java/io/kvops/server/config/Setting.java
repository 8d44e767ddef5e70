package io.kvops.server.config;

/**
 * One setting as it is in force.
 *
 * @param path where it is, such as {@code ingest.port}
 * @param value as it would be written; of a secret only whether there is one
 * @param expected what values it takes, such as {@code 0 to 65535}
 * @param secret whether the value is hidden
 * @param said whether somebody said it; otherwise it is the default
 * @param fingerprint equal for equal values, also of secrets; never shown
 */
public record Setting(String path, String value, String expected, boolean secret, boolean said, String fingerprint) {
    /** Without the fingerprint, which must not get into a log. */
    @Override
    public String toString() {
        return path + ": " + value;
    }
}
