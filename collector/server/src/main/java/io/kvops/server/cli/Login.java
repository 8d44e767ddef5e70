package io.kvops.server.cli;

import io.kvops.server.config.Secrets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** As whom a command speaks with a collector, and whom it trusts. */
final class Login {
    private static final String TOKEN_VARIABLE = "KVOPS_TOKEN";

    @Option(
            names = "--token",
            paramLabel = "SECRET",
            description = "file:PATH, env:NAME, or the token itself (default: the variable KVOPS_TOKEN).")
    private @Nullable String token;

    @Option(names = "--ca", paramLabel = "FILE", description = "PEM file of the authorities to trust over https.")
    private @Nullable Path authorities;

    /** Whether anything of it was said. */
    boolean given() {
        return token != null || authorities != null;
    }

    /** Speaks with the collector at an address. @throws Failure if there is no such token, or no such file */
    RestClient client(String url) throws Failure {
        try {
            String secret =
                    token != null ? Secrets.resolve(token) : System.getenv().getOrDefault(TOKEN_VARIABLE, "");
            return new RestClient(url, secret.isEmpty() ? null : secret, authorities);
        } catch (IllegalArgumentException e) {
            throw new Failure("--token: " + e.getMessage(), e);
        }
    }
}
