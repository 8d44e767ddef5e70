package io.kvops.stores.host;

import io.kvops.stores.ProbeContext;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreConnection;
import io.kvops.stores.StoreProbe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;

/** Measures this machine; {@code host:/folder,/folder} names the folders whose disks count, {@code host:} takes the root. */
public final class HostProbe implements StoreProbe {
    @Override
    public Set<String> schemes() {
        return Set.of("host");
    }

    @Override
    public String subject(StoreAddress address) {
        try {
            String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
            if (!name.isEmpty()) {
                return name;
            }
        } catch (IOException e) {
            // not a Linux: ask the JDK
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    @Override
    public StoreConnection open(StoreAddress address, ProbeContext context) {
        String folders = address.path().isEmpty()
                ? Path.of("").toAbsolutePath().getRoot().toString()
                : address.path();
        return new HostLook(
                Path.of("/proc"),
                Arrays.stream(folders.split(",", -1))
                        .filter(f -> !f.isEmpty())
                        .map(Path::of)
                        .toList());
    }
}
