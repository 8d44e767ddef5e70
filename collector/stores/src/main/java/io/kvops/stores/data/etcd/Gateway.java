package io.kvops.stores.data.etcd;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.stores.ProbeContext;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.Slice;
import io.kvops.stores.http.HttpStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/** Requests to etcd's gateway: JSON, with bytes in base64 and 64-bit numbers as text. For one thread at a time. */
final class Gateway {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] FROM_ZERO = {0};

    private final StoreAddress address;
    private final HttpStore http;
    private final ProbeContext context;
    private final byte[] prefix;
    private Map<String, String> login = Map.of();

    Gateway(StoreAddress address, OpenOptions opened) throws StoreException {
        this.address = address;
        this.context = new ProbeContext(opened.timeout(), opened.clock(), System::nanoTime, false);
        this.http = HttpStore.of(address, HttpStore.shared(), opened.timeout());
        this.prefix = address.path().getBytes(StandardCharsets.UTF_8);
    }

    JsonNode post(String path, ObjectNode request) throws StoreException {
        if (login.isEmpty() && address.password().isPresent()) {
            login();
        }
        try {
            return call(path, request);
        } catch (StoreException e) {
            boolean forgotten = String.valueOf(e.getMessage()).contains("invalid auth token");
            if (login.isEmpty() || (!forgotten && e.kind() != Kind.REFUSED)) {
                throw e;
            }
            login();
            return call(path, request);
        }
    }

    /** What comes as long as it is read; the caller closes it. */
    InputStream stream(String path, ObjectNode request) throws StoreException {
        if (address.password().isPresent()) {
            // the token of the stream before has ended, if that was long
            login();
        }
        return http.stream(path, login, request.toString(), context.deadline());
    }

    private void login() throws StoreException {
        ObjectNode request = JSON.createObjectNode().put("name", address.user());
        if (address.password().isPresent()) {
            request.put("password", address.password().get().resolve());
        }
        login = Map.of();
        login = Map.of(
                "Authorization",
                call("/v3/auth/authenticate", request).path("token").asText());
    }

    private JsonNode call(String path, ObjectNode request) throws StoreException {
        try {
            return JSON.readTree(http.post(path, login, request.toString(), context.deadline()));
        } catch (JsonProcessingException e) {
            throw new StoreException(Kind.NONSENSE, address + " answers what is no JSON; is it an etcd?", e);
        } catch (StoreException e) {
            String text = String.valueOf(e.getMessage());
            if (text.contains("space exceeded")) {
                throw new StoreException(
                        Kind.FULL, address + " has reached its quota: " + text + "; compact and defragment it", e);
            }
            if (text.contains("permission denied")) {
                throw new StoreException(
                        Kind.REFUSED, address + " refused: " + text + "; give the user that permission", e);
            }
            throw e;
        }
    }

    /** A key as etcd has it, in base64. */
    String key(Slice key) {
        byte[] full = new byte[prefix.length + key.length()];
        System.arraycopy(prefix, 0, full, 0, prefix.length);
        System.arraycopy(key.array(), key.offset(), full, prefix.length, key.length());
        return Base64.getEncoder().encodeToString(full);
    }

    /** Whether etcd has a name for it: none is empty. */
    boolean fits(Slice key) {
        return prefix.length + key.length() > 0;
    }

    /** Where all keys begin. */
    String first() {
        return prefix.length == 0 ? Base64.getEncoder().encodeToString(FROM_ZERO) : key(new Slice());
    }

    /** Where all keys end: the next prefix, or the zero byte for the end of all. */
    String end() {
        int at = prefix.length - 1;
        while (at >= 0 && prefix[at] == (byte) 0xff) {
            at--;
        }
        if (at < 0) {
            return Base64.getEncoder().encodeToString(FROM_ZERO);
        }
        byte[] next = Arrays.copyOf(prefix, at + 1);
        next[at]++;
        return Base64.getEncoder().encodeToString(next);
    }

    /** The key of an answer, without the prefix. */
    Slice key(JsonNode record) throws StoreException {
        byte[] full = bytes(record, "key");
        return Slice.of(full, Math.min(prefix.length, full.length), Math.max(0, full.length - prefix.length));
    }

    byte[] bytes(JsonNode record, String name) throws StoreException {
        try {
            byte[] bytes = record.path(name).binaryValue();
            return bytes == null ? new byte[0] : bytes;
        } catch (IOException | IllegalArgumentException e) {
            throw new StoreException(Kind.NONSENSE, address + " answers with a " + name + " that is no base64", e);
        }
    }

    static String base64(Slice bytes) {
        return Base64.getEncoder().encodeToString(bytes.toBytes());
    }
}
