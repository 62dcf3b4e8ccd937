package io.aidc.privacy.aggregation;

import java.util.Objects;

/**
 * A message between a client and the server, opaque to whoever carries it.
 *
 * <p>Its bytes are a version, a kind, the round's name, the client's number and the content; all numbers big-endian. They
 * hold nothing that an eavesdropper could use except, in the last step, shares of masks: send them over TLS. Immutable.
 */
public final class SecureSumMessage {
    private final Bytes round;
    private final int client;
    private final Content content;

    SecureSumMessage(Bytes round, int client, Content content) {
        this.round = round;
        this.client = client;
        this.content = content;
    }

    /**
     * Reads a message from bytes that anybody may have sent.
     *
     * <p>Memory is at most a few times the number of bytes. What the content means in this round is checked by whoever
     * receives the message.
     *
     * @param bytes all of one message
     * @return the message
     * @throws IllegalArgumentException if they are not one message of version 1
     */
    public static SecureSumMessage fromBytes(byte[] bytes) {
        return Wire.read(Objects.requireNonNull(bytes, "bytes"));
    }

    /**
     * Writes the message.
     *
     * @return a new array that {@link #fromBytes} reads
     */
    public byte[] toBytes() {
        return Wire.write(this);
    }

    /**
     * Returns the client that sent this message or that it is for.
     *
     * @return its number, from 0
     */
    public int client() {
        return client;
    }

    Bytes round() {
        return round;
    }

    Content content() {
        return content;
    }

    /**
     * Compares content.
     *
     * @param other anything
     * @return whether it is a message with the same bytes
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof SecureSumMessage message
                && round.equals(message.round)
                && client == message.client
                && content.equals(message.content);
    }

    @Override
    public int hashCode() {
        return Objects.hash(round, client, content);
    }

    /**
     * Names kind and client.
     *
     * @return text without the content
     */
    @Override
    public String toString() {
        return "SecureSumMessage[%s, client=%d]".formatted(content.getClass().getSimpleName(), client);
    }
}
