package io.kvops.server.security;

/**
 * Who asks.
 *
 * @param name of the token; {@link #LOCAL} where no tokens are configured
 * @param role what it may
 * @param way how it showed who it is
 */
public record Caller(String name, Role role, Way way) {
    /** Name of everybody where no tokens are configured. */
    public static final String LOCAL = "local";

    /** How somebody showed who it is. */
    public enum Way {
        /** Not at all: no tokens are configured. */
        OPEN,
        /** By a token with the request. A browser does not send one by itself. */
        TOKEN,
        /** By the cookie of a session, which a browser sends by itself, also when another site makes it ask. */
        SESSION
    }

    static final Caller OPEN = new Caller(LOCAL, Role.ADMIN, Way.OPEN);
}
