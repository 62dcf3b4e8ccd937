package io.aidc.training.dist.internal;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a worker says of itself when it comes to a meeting.
 *
 * @param job what run it takes part in; all workers of a meeting must say the same
 * @param rank its rank in the group before, or the one it was given at the start; -1 if it joins a run that goes on
 * @param generation the group before; 0 at the start
 * @param progress how far it got: the more, the further
 * @param address where it can be reached if it is to hold the next meeting, as host:port
 */
record Standing(String job, int rank, int generation, long progress, String address) {
    private static final int MAGIC = 0x41494443;
    private static final int MAX_PEERS = 100_000;

    void write(DataOutputStream out) throws IOException {
        out.writeInt(MAGIC);
        out.writeUTF(job);
        out.writeInt(rank);
        out.writeInt(generation);
        out.writeLong(progress);
        out.writeUTF(address);
        out.flush();
    }

    static Standing read(DataInputStream in) throws IOException {
        if (in.readInt() != MAGIC) {
            throw new IOException("not a worker of this SDK");
        }
        return new Standing(in.readUTF(), in.readInt(), in.readInt(), in.readLong(), in.readUTF());
    }

    static void writeAnswer(DataOutputStream out, Membership member) throws IOException {
        out.writeUTF("");
        out.writeInt(member.generation());
        out.writeInt(member.rank());
        out.writeInt(member.size());
        out.writeInt(member.source());
        out.writeUTF(member.store());
        out.writeInt(member.peers().size());
        for (String peer : member.peers()) {
            out.writeUTF(peer);
        }
        out.flush();
    }

    static void writeRefusal(DataOutputStream out, String reason) throws IOException {
        out.writeUTF(reason);
        out.flush();
    }

    static Membership readAnswer(DataInputStream in) throws IOException {
        String refusal = in.readUTF();
        if (!refusal.isEmpty()) {
            throw new MeetingRefusedException(refusal);
        }
        int generation = in.readInt();
        int rank = in.readInt();
        int size = in.readInt();
        int source = in.readInt();
        String store = in.readUTF();
        int count = in.readInt();
        if (size > MAX_PEERS || rank < 0 || rank >= size || source < 0 || source >= size || count != size) {
            throw new IOException("an answer that makes no sense: worker %d of %d, state of %d, %d addresses"
                    .formatted(rank, size, source, count));
        }
        List<String> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            peers.add(in.readUTF());
        }
        return new Membership(generation, rank, size, source, store, List.copyOf(peers));
    }
}
