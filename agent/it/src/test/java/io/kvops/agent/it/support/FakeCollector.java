package io.kvops.agent.it.support;

import io.kvops.wire.Ack;
import io.kvops.wire.Configure;
import io.kvops.wire.Configured;
import io.kvops.wire.Frame;
import io.kvops.wire.Hello;
import io.kvops.wire.Message;
import io.kvops.wire.Pace;
import io.kvops.wire.Refusal;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.Welcome;
import io.kvops.wire.WireCodec;
import io.kvops.wire.WireException;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.net.ssl.SSLServerSocket;

/** Takes frames from agents, acks them, keeps each once, in memory. Port of its own on loopback. */
public final class FakeCollector implements AutoCloseable {
    private final ServerSocket server;
    private final List<Socket> sockets = new ArrayList<>();
    private final List<OutputStream> greeted = new ArrayList<>();
    private final List<Configured> configured = new ArrayList<>();
    private final List<Hello> hellos = new ArrayList<>();
    private final List<Frame> frames = new ArrayList<>();
    private final Map<UUID, Long> lastSequence = new HashMap<>();
    private final List<String> problems = new ArrayList<>();
    private Refusal refusal;
    private Map<String, String> config = Map.of();
    private long configVersion;
    private boolean paused;
    private boolean closed;
    private int maxFrameBytes = WireCodec.MAX_FRAME_BYTES;
    private int duplicates;

    private FakeCollector(ServerSocket server) {
        this.server = server;
    }

    public static FakeCollector start() throws IOException {
        return start(0);
    }

    public static FakeCollector start(int port) throws IOException {
        FakeCollector collector = new FakeCollector(new ServerSocket(port, 50, InetAddress.getLoopbackAddress()));
        daemon(collector::acceptAll);
        return collector;
    }

    /** One that speaks TLS, and wants to know the agent's certificate where the server socket says so. */
    public static FakeCollector start(SSLServerSocket server) {
        FakeCollector collector = new FakeCollector(server);
        daemon(collector::acceptAll);
        return collector;
    }

    /** From now on every hello is refused; null: welcomed. */
    public synchronized void refuseWith(Refusal newRefusal) {
        refusal = newRefusal;
    }

    /** Pushed to all agents, and told to those that connect later. */
    public synchronized void configure(long version, Map<String, String> options) {
        config = options;
        configVersion = version;
        push(new Configure(version, options));
    }

    /** Asks all agents for no more than a frame each so many milliseconds. */
    public synchronized void pace(long millis) {
        push(new Pace(millis));
    }

    private void push(Message message) {
        for (OutputStream out : greeted) {
            try {
                write(out, message);
            } catch (IOException e) {
                // this agent went away
            }
        }
    }

    /** What agents answered to configurations. */
    public synchronized List<Configured> configured() {
        return List.copyOf(configured);
    }

    /** Stops reading what agents send, or goes on with it; greets them all the same. */
    public synchronized void pause(boolean now) {
        paused = now;
        notifyAll();
    }

    public synchronized void limitFrames(int bytes) {
        maxFrameBytes = bytes;
    }

    public int port() {
        return server.getLocalPort();
    }

    /** As the agent's option {@code collector}. */
    public String address() {
        return "127.0.0.1:" + port();
    }

    public synchronized List<Frame> frames() {
        return List.copyOf(frames);
    }

    public synchronized List<Hello> hellos() {
        return List.copyOf(hellos);
    }

    /** Frames that came more than once, as they do after a connection broke. */
    public synchronized int duplicates() {
        return duplicates;
    }

    /** Everything of one op, over all patterns and agents; internal ones are left out. */
    public long count(String store, String op) {
        long sum = 0;
        for (SeriesDelta delta : series()) {
            if (!delta.key().internal()
                    && delta.key().store().equals(store)
                    && delta.key().op().equals(op)) {
                sum += delta.count();
            }
        }
        return sum;
    }

    /** Counts of application operations by {@code store/OP}. */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        for (SeriesDelta delta : series()) {
            if (!delta.key().internal()) {
                counts.merge(delta.key().store() + "/" + delta.key().op(), delta.count(), Long::sum);
            }
        }
        return counts;
    }

    /** The deltas of all frames. */
    public List<SeriesDelta> series() {
        return frames().stream().flatMap(frame -> frame.series().stream()).toList();
    }

    /** Sums of what agents dropped, by reason. */
    public Map<String, Long> dropped() {
        Map<String, Long> sums = new TreeMap<>();
        frames().forEach(frame -> frame.dropped().forEach((reason, n) -> sums.merge(reason, n, Long::sum)));
        return sums;
    }

    /** What agents did that is not in the protocol. */
    public synchronized List<String> problems() {
        return List.copyOf(problems);
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                synchronized (this) {
                    if (closed) {
                        // it came between the end of the door and the end of those who were in
                        socket.close();
                        return;
                    }
                    sockets.add(socket);
                }
                daemon(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            OutputStream out = new BufferedOutputStream(socket.getOutputStream());
            if (in.readInt() != WireCodec.MAGIC) {
                problem("no magic");
                return;
            }
            for (byte[] bytes = WireCodec.read(in, maxFrameBytes);
                    bytes != null;
                    bytes = WireCodec.read(in, maxFrameBytes)) {
                Message answer = answer(WireCodec.decode(bytes));
                if (answer != null) {
                    write(out, answer);
                    if (answer instanceof Welcome welcome) {
                        synchronized (this) {
                            greeted.add(out);
                            if (welcome.configVersion() != configVersion) {
                                write(out, new Configure(configVersion, config));
                            }
                        }
                    }
                }
                awaitReading();
            }
        } catch (WireException e) {
            problem(e.getMessage());
        } catch (IOException e) {
            // the agent went away
        }
    }

    private static void write(OutputStream out, Message message) throws IOException {
        synchronized (out) {
            WireCodec.write(out, WireCodec.encode(message));
            out.flush();
        }
    }

    private synchronized void awaitReading() throws IOException {
        try {
            while (paused) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private synchronized Message answer(Message message) throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        if (message instanceof Hello hello) {
            hellos.add(hello);
            return refusal != null
                    ? refusal
                    : new Welcome(WireCodec.PROTOCOL_VERSION, List.of(), maxFrameBytes, config, configVersion);
        }
        if (message instanceof Frame frame) {
            UUID agent = frame.source().agentId();
            long last = lastSequence.getOrDefault(agent, 0L);
            if (frame.sequence() <= last) {
                duplicates++;
            } else {
                lastSequence.put(agent, frame.sequence());
                frames.add(frame);
            }
            return new Ack(agent, frame.sequence());
        }
        if (message instanceof Configured answer) {
            configured.add(answer);
            return null;
        }
        problems.add("unexpected " + message);
        return null;
    }

    private synchronized void problem(String text) {
        problems.add(text);
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "fake-collector");
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends all connections, and takes no more. */
    @Override
    public void close() throws IOException {
        server.close();
        List<Socket> open;
        synchronized (this) {
            closed = true;
            open = List.copyOf(sockets);
        }
        for (Socket socket : open) {
            socket.close();
        }
    }
}
