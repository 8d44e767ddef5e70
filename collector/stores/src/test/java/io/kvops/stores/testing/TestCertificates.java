package io.kvops.stores.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An authority of our own and what it has signed: PEM files that openssl made. */
public final class TestCertificates {
    private final Path folder;

    private TestCertificates(Path folder) {
        this.folder = folder;
    }

    /** Makes the authority. */
    public static TestCertificates in(Path folder) throws IOException, InterruptedException {
        ServerProcess.require("openssl", "openssl");
        Files.createDirectories(folder);
        TestCertificates made = new TestCertificates(folder);
        made.make("ca", List.of("-subj", "/CN=kvops-test-authority"));
        return made;
    }

    public Path authority() {
        return certificate("ca");
    }

    public Path certificate(String name) {
        return folder.resolve(name + ".pem");
    }

    public Path key(String name) {
        return folder.resolve(name + ".key");
    }

    /** One for a server on the loopback address, or for a client of it, signed by the authority. */
    public TestCertificates sign(String name) throws IOException, InterruptedException {
        make(
                name,
                List.of(
                        "-subj",
                        "/CN=localhost",
                        "-addext",
                        "subjectAltName=IP:127.0.0.1,DNS:localhost",
                        "-addext",
                        "basicConstraints=critical,CA:false",
                        "-CA",
                        authority().toString(),
                        "-CAkey",
                        key("ca").toString()));
        return this;
    }

    private void make(String name, List<String> more) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"));
        command.addAll(more);
        command.addAll(List.of(
                "-keyout", key(name).toString(), "-out", certificate(name).toString()));
        String said = ServerProcess.output(command);
        assertThat(certificate(name)).as(said).isNotEmptyFile();
    }
}
