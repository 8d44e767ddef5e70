package io.kvops.server.http;

import java.nio.file.Path;

/**
 * Makes HTTP HTTPS. Both files are read again when they change.
 *
 * @param certificate PEM file: the certificate, then those that it needs up to a known authority
 * @param key PEM file: its private key, PKCS #8, not encrypted
 */
public record HttpTls(Path certificate, Path key) {}
