package io.kvops.server.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells who somebody is by a token or by the id of a session. Secrets and ids are held as SHA-256 sums only; sums are
 * compared in constant time, all of them, so that the time says nothing about which one was nearly right. Thread-safe.
 */
public final class Gate {
    /** A browser has to log in again after it. */
    public static final Duration SESSION_LENGTH = Duration.ofHours(12);

    static final int MAX_SESSIONS = 1_000;

    private final Clock clock;
    private final SecureRandom random;
    /** By the sum of the id, oldest first. */
    private final Map<String, Session> sessions = new LinkedHashMap<>();

    private volatile List<Known> tokens;

    private record Known(String sum, Caller caller) {}

    /** One browser that showed a token. */
    private record Session(String token, String name, long endsMillis) {}

    public Gate(List<AccessToken> tokens, Clock clock) {
        this.clock = clock;
        this.random = new SecureRandom();
        this.tokens = known(tokens);
    }

    /** Takes other tokens; sessions that were opened with one that is gone end. */
    public void apply(List<AccessToken> changed) {
        tokens = known(changed);
        synchronized (sessions) {
            sessions.values().removeIf(session -> bySum(session.token()).isEmpty());
        }
    }

    /** True if there are no tokens: everybody is let in, as admin. */
    public boolean open() {
        return tokens.isEmpty();
    }

    /** Who has a token; empty if nobody has. */
    public Optional<Caller> byToken(String secret) {
        return open() ? Optional.of(Caller.OPEN) : bySum(sum(secret));
    }

    /**
     * Opens a session for who has a token.
     *
     * @return its id, to be given to nobody else; empty if nobody has the token
     */
    public Optional<String> openSession(String secret) {
        String token = sum(secret);
        Optional<Caller> caller = bySum(token);
        if (caller.isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        synchronized (sessions) {
            forgetEnded();
            if (sessions.size() >= MAX_SESSIONS) {
                sessions.remove(sessions.keySet().iterator().next());
            }
            sessions.put(sum(id), new Session(token, caller.get().name(), clock.millis() + SESSION_LENGTH.toMillis()));
        }
        return Optional.of(id);
    }

    /** Whose session it is; empty if there is none, or it is over. */
    public Optional<Caller> bySession(String id) {
        Session session;
        synchronized (sessions) {
            session = sessions.get(sum(id));
        }
        if (session == null || session.endsMillis() <= clock.millis()) {
            return Optional.empty();
        }
        return bySum(session.token()).map(c -> new Caller(c.name(), c.role(), Caller.Way.SESSION));
    }

    /** Ends a session; nothing happens if there is none. */
    public void closeSession(String id) {
        synchronized (sessions) {
            sessions.remove(sum(id));
        }
    }

    /** Sessions that are open. */
    public int sessions() {
        synchronized (sessions) {
            forgetEnded();
            return sessions.size();
        }
    }

    private void forgetEnded() {
        long now = clock.millis();
        sessions.values().removeIf(session -> session.endsMillis() <= now);
    }

    private Optional<Caller> bySum(String sum) {
        byte[] shown = sum.getBytes(StandardCharsets.US_ASCII);
        Caller found = null;
        for (Known token : tokens) {
            if (MessageDigest.isEqual(token.sum().getBytes(StandardCharsets.US_ASCII), shown)) {
                found = token.caller();
            }
        }
        return Optional.ofNullable(found);
    }

    private static List<Known> known(List<AccessToken> tokens) {
        List<Known> known = new ArrayList<>();
        for (AccessToken token : tokens) {
            known.add(new Known(sum(token.secret()), new Caller(token.name(), token.role(), Caller.Way.TOKEN)));
        }
        return List.copyOf(known);
    }

    /** Also the key of a map, so that how long a look-up takes says nothing about an id. */
    private static String sum(String secret) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
