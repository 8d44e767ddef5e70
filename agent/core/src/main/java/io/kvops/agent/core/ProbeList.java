package io.kvops.agent.core;

import io.kvops.agent.probe.Probe;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the service file of {@link Probe} by itself: a ServiceLoader costs more than all probes together. */
final class ProbeList {
    private static final String FILE = "META-INF/services/io.kvops.agent.probe.Probe";

    private ProbeList() {}

    static List<Probe> load() throws IOException, ReflectiveOperationException {
        List<Probe> probes = new ArrayList<>();
        ClassLoader loader = ProbeList.class.getClassLoader();
        InputStream file = loader.getResourceAsStream(FILE);
        if (file == null) {
            throw new IOException(FILE + " is missing in the agent's jar; build it again");
        }
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String name = line.trim();
                if (!name.isEmpty() && !name.startsWith("#")) {
                    probes.add(Class.forName(name, true, loader)
                            .asSubclass(Probe.class)
                            .getConstructor()
                            .newInstance());
                }
            }
        }
        return probes;
    }
}
