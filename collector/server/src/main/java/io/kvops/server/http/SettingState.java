package io.kvops.server.http;

/**
 * One setting as it is in force.
 *
 * @param path where it is, such as {@code ingest.port}
 * @param value as it would be written; of a secret only whether there is one
 * @param expected what values it takes
 * @param secret whether the value is hidden
 * @param said whether somebody said it; otherwise it is the default
 */
public record SettingState(String path, String value, String expected, boolean secret, boolean said) {}
