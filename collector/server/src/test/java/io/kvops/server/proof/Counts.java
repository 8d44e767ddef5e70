package io.kvops.server.proof;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What a {@link CountingApp} has counted itself, by op. */
record Counts(Map<String, Long> begun, Map<String, Long> returned) {

    static Counts read(Path file) throws IOException {
        Map<String, Long> begun = new TreeMap<>();
        Map<String, Long> returned = new TreeMap<>();
        if (Files.exists(file) && Files.size(file) > 0) {
            try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
                for (int t = 0; t < CountingApp.THREADS; t++) {
                    for (String op : CountingApp.OPS) {
                        begun.merge("redis/" + op, in.readLong(), Long::sum);
                        returned.merge("redis/" + op, in.readLong(), Long::sum);
                    }
                }
            }
        }
        return new Counts(begun, returned);
    }

    long totalBegun() {
        return begun.values().stream().mapToLong(Long::longValue).sum();
    }

    long totalReturned() {
        return returned.values().stream().mapToLong(Long::longValue).sum();
    }

    /** As the shop writes it. */
    String truthJson() {
        StringBuilder json = new StringBuilder("{\"ops\": " + totalReturned() + ", \"byStoreOp\": {");
        String separator = "";
        for (Map.Entry<String, Long> entry : returned.entrySet()) {
            json.append(separator)
                    .append('"')
                    .append(entry.getKey())
                    .append("\": ")
                    .append(entry.getValue());
            separator = ", ";
        }
        return json.append("}}").toString();
    }
}
