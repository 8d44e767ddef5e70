package io.kvops.server.security;

/**
 * A secret that opens the HTTP door.
 *
 * @param name who has it, in the audit: 1 to 64 letters, digits, {@code . _ @ -}
 * @param secret the token itself, 16 to 512 printable ASCII characters without spaces
 * @param role what it allows
 */
public record AccessToken(String name, String secret, Role role) {
    public AccessToken {
        if (!name.matches("[A-Za-z0-9._@-]{1,64}")) {
            throw new IllegalArgumentException(
                    "name: " + name + " (expected 1 to 64 letters, digits, dots, underscores, @ or hyphens)");
        }
        if (!secret.matches("[!-~]{16,512}")) {
            // the value is not repeated: it may be a real secret with a blank at its end
            throw new IllegalArgumentException(
                    "token: the one of " + name
                            + " (expected 16 to 512 printable ASCII characters without spaces, such as openssl rand -hex 32 makes)");
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "AccessToken[name=" + name + ", role=" + role + "]";
    }
}
