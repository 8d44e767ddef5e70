package io.kvops.stores.redis;

import io.kvops.stores.Deadline;
import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.StoreException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A connection to one server. Text is ISO-8859-1: a character a byte, nothing lost. */
final class RedisServer implements AutoCloseable {
    private static final StringCodec CODEC = new StringCodec(StandardCharsets.ISO_8859_1);

    private final HostPort at;
    private final StatefulRedisConnection<String, String> connection;

    RedisServer(HostPort at, StatefulRedisConnection<String, String> connection) {
        this.at = at;
        this.connection = connection;
    }

    HostPort at() {
        return at;
    }

    /** Sends a command whose answer is text. */
    Pending<String> text(String... words) {
        return new Pending<>(words[0], send(new ValueOutput<>(CODEC), words));
    }

    /** Sends a command whose answer is a list of texts, {@link Long}s and lists. */
    Pending<List<Object>> list(String... words) {
        return new Pending<>(words[0], send(new NestedMultiOutput<>(CODEC), words));
    }

    private <T> CompletionStage<T> send(CommandOutput<String, String, T> output, String... words) {
        CommandArgs<String, String> arguments = new CommandArgs<>(CODEC);
        for (int i = 1; i < words.length; i++) {
            arguments.add(words[i]);
        }
        AsyncCommand<String, String, T> command =
                new AsyncCommand<>(new Command<>(new Keyword(words[0]), output, arguments));
        connection.dispatch(command);
        return command;
    }

    @Override
    public void close() {
        if (connection.isOpen()) {
            connection.closeAsync().exceptionally(ignored -> null);
        }
    }

    /** An answer that is under way. */
    final class Pending<T> {
        private final String command;
        private final CompletionStage<T> stage;

        private Pending(String command, CompletionStage<T> stage) {
            this.command = command;
            this.stage = stage;
        }

        T await(Deadline deadline) throws StoreException {
            T answer = Answers.await(stage, at, deadline);
            if (answer == null) {
                throw new StoreException(StoreException.Kind.NONSENSE, at + " answered nothing to " + command);
            }
            return answer;
        }
    }

    private record Keyword(String word) implements ProtocolKeyword {
        @Override
        public byte[] getBytes() {
            return word.getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public String toString() {
            return word;
        }
    }
}
