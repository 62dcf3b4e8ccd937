package io.aidc.security.tls;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** A client and a server in one thread. Whoever refuses the other throws. */
final class EnginePair {
    private static final int BYTES = 64 * 1024;
    private static final int MAX_STEPS = 200;

    private final SSLEngine client;
    private final SSLEngine server;
    private final ByteBuffer toServer = ByteBuffer.allocate(BYTES);
    private final ByteBuffer toClient = ByteBuffer.allocate(BYTES);

    EnginePair(SSLEngine client, SSLEngine server) {
        this.client = client;
        this.server = server;
        client.setUseClientMode(true);
        server.setUseClientMode(false);
    }

    /** Shakes hands and says a word in each direction. */
    EnginePair connect() throws SSLException {
        client.beginHandshake();
        server.beginHandshake();
        for (int step = 0; step < MAX_STEPS; step++) {
            boolean moved = wrap(client, ByteBuffer.allocate(0), toServer);
            moved |= unwrap(server, toServer, ByteBuffer.allocate(BYTES));
            moved |= wrap(server, ByteBuffer.allocate(0), toClient);
            moved |= unwrap(client, toClient, ByteBuffer.allocate(BYTES));
            if (!moved) {
                break;
            }
        }
        return talk();
    }

    /** Sends a word each way over the connection as it is. */
    EnginePair talk() throws SSLException {
        send(client, toServer, server);
        send(server, toClient, client);
        return this;
    }

    SSLEngine client() {
        return client;
    }

    SSLEngine server() {
        return server;
    }

    private static void send(SSLEngine from, ByteBuffer wire, SSLEngine to) throws SSLException {
        ByteBuffer word = ByteBuffer.wrap("word".getBytes(StandardCharsets.US_ASCII));
        ByteBuffer heard = ByteBuffer.allocate(BYTES);
        for (int step = 0; step < MAX_STEPS && (word.hasRemaining() || heard.position() == 0); step++) {
            wrap(from, word, wire);
            unwrap(to, wire, heard);
        }
        if (!StandardCharsets.US_ASCII.decode(heard.flip()).toString().equals("word")) {
            throw new SSLException("the word did not get through");
        }
    }

    private static boolean wrap(SSLEngine engine, ByteBuffer source, ByteBuffer wire) throws SSLException {
        boolean moved = runTasks(engine);
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP || source.hasRemaining()) {
            SSLEngineResult result = engine.wrap(source, wire);
            moved |= result.bytesProduced() > 0;
        }
        return runTasks(engine) || moved;
    }

    private static boolean unwrap(SSLEngine engine, ByteBuffer wire, ByteBuffer target) throws SSLException {
        boolean moved = false;
        wire.flip();
        while (wire.hasRemaining() && engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP) {
            SSLEngineResult result = engine.unwrap(wire, target);
            moved = true;
            if (!runTasks(engine) && result.bytesConsumed() == 0) {
                break;
            }
        }
        wire.compact();
        return moved;
    }

    private static boolean runTasks(SSLEngine engine) {
        boolean ran = false;
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
            ran = true;
        }
        return ran;
    }
}
