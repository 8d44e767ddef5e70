package io.kvops.stores.redis;

import io.kvops.stores.Deadline;
import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.ssl.NotSslRecordException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Waits for what a server answers, and says in one line why it does not. */
final class Answers {
    private Answers() {}

    static <T> T await(CompletionStage<T> stage, HostPort at, Deadline deadline) throws StoreException {
        Future<T> future = stage.toCompletableFuture();
        try {
            return future.get(deadline.leftNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw deadline.late();
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new StoreException(Kind.UNREACHABLE, "interrupted while waiting for " + at, e);
        } catch (ExecutionException | CancellationException e) {
            throw failure(at, e, deadline);
        }
    }

    private static StoreException failure(HostPort at, Exception e, Deadline deadline) {
        Throwable cause = e;
        StoreException decided = known(at, cause, deadline);
        for (int depth = 0; depth < 10 && decided == null && cause.getCause() != null; depth++) {
            cause = cause.getCause();
            decided = known(at, cause, deadline);
        }
        if (decided != null) {
            return decided;
        }
        return new StoreException(
                Kind.UNREACHABLE,
                at + " can't be reached: " + cause.getClass().getSimpleName() + " " + cause.getMessage()
                        + "; is the server running there?",
                e);
    }

    private static @Nullable StoreException known(HostPort at, Throwable cause, Deadline deadline) {
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof RedisCommandExecutionException) {
            boolean login = message.startsWith("WRONGPASS") || message.startsWith("NOAUTH");
            // it answers: it is not down
            return new StoreException(
                    Kind.REFUSED, at + " refused: " + message + (login ? "; check user and password" : ""), cause);
        }
        if (cause instanceof RedisCommandTimeoutException) {
            return deadline.late();
        }
        if (cause instanceof TooLongFrameException || message.startsWith("Invalid first byte")) {
            return new StoreException(
                    Kind.NONSENSE,
                    at + " does not speak the Redis protocol: " + message + "; check host and port",
                    cause);
        }
        if (cause instanceof NotSslRecordException) {
            return new StoreException(
                    Kind.NONSENSE, at + " is reached, but does not speak TLS; check host, port and scheme", cause);
        }
        if (cause instanceof SSLException) {
            return new StoreException(
                    Kind.UNREACHABLE,
                    at + " is reached, but not over TLS: " + message + "; check ca, cert, key and verify",
                    cause);
        }
        if (message.contains("Connection reset")) {
            // so does a Redis that ends
            return new StoreException(
                    Kind.UNREACHABLE,
                    at + " is reached, and ends the connection without an answer (expected Redis); check host, port and"
                            + " TLS",
                    cause);
        }
        if (message.startsWith("Connection closed prematurely")) {
            return new StoreException(
                    Kind.NONSENSE,
                    at + " takes the connection and ends it, as no Redis does; check host, port and TLS",
                    cause);
        }
        return null;
    }
}
