package io.aidc.benchmarks.storage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.thirdparty.io.grpc.CallOptions;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCalls;

/**
 * Three etcd processes on loopback, spoken to in etcd's own gRPC protocol.
 *
 * <p>The messages are so small that they are written by hand: a put has the key as field 1 and the value as field 2, a range read
 * the key as field 1 (linearizable unless asked otherwise).
 */
final class EtcdPeer implements AutoCloseable {
    private static final MethodDescriptor<byte[], byte[]> PUT = method("etcdserverpb.KV/Put");
    private static final MethodDescriptor<byte[], byte[]> RANGE = method("etcdserverpb.KV/Range");
    private static final MethodDescriptor<byte[], byte[]> STATUS = method("etcdserverpb.Maintenance/Status");

    private final List<Process> processes = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final ManagedChannel leader;

    EtcdPeer(Path directory, int[] ports) throws IOException {
        String[] names = {"a", "b", "c"};
        var members = new StringBuilder();
        for (int i = 0; i < names.length; i++) {
            members.append(i == 0 ? "" : ",")
                    .append(names[i])
                    .append("=http://127.0.0.1:")
                    .append(ports[2 * i + 1]);
        }
        for (int i = 0; i < names.length; i++) {
            String client = "http://127.0.0.1:" + ports[2 * i];
            String peer = "http://127.0.0.1:" + ports[2 * i + 1];
            processes.add(new ProcessBuilder(
                            "etcd",
                            "--name",
                            names[i],
                            "--data-dir",
                            directory.resolve("etcd-" + names[i]).toString(),
                            "--listen-client-urls",
                            client,
                            "--advertise-client-urls",
                            client,
                            "--listen-peer-urls",
                            peer,
                            "--initial-advertise-peer-urls",
                            peer,
                            "--initial-cluster",
                            members.toString(),
                            "--initial-cluster-state",
                            "new",
                            "--quota-backend-bytes",
                            "8589934592",
                            "--log-level",
                            "error")
                    .redirectErrorStream(true)
                    .redirectOutput(
                            directory.resolve("etcd-" + names[i] + ".log").toFile())
                    .start());
            channels.add(NettyChannelBuilder.forAddress("127.0.0.1", ports[2 * i])
                    .usePlaintext()
                    .build());
        }
        leader = awaitLeader();
    }

    private ManagedChannel awaitLeader() {
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (System.nanoTime() < deadline) {
            for (ManagedChannel channel : channels) {
                try {
                    long[] ids = ids(call(channel, STATUS, new byte[0]));
                    if (ids[0] != 0 && ids[0] == ids[1]) {
                        return channel;
                    }
                } catch (StatusRuntimeException e) {
                    // not up yet
                }
            }
            Thread.onSpinWait();
        }
        throw new IllegalStateException("etcd has no leader");
    }

    /** The ids of the member that answers and of the leader: fields 1.2 and 4 of a status. */
    private static long[] ids(byte[] status) {
        var in = new Fields(status);
        long member = 0;
        long leader = 0;
        while (in.next()) {
            if (in.field == 1) {
                var header = new Fields(in.bytes);
                while (header.next()) {
                    member = header.field == 2 ? header.number : member;
                }
            }
            leader = in.field == 4 ? in.number : leader;
        }
        return new long[] {member, leader};
    }

    void put(String key, byte[] value) {
        byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
        var out = new ByteArrayOutputStream();
        field(out, 1, utf8);
        field(out, 2, value);
        call(leader, PUT, out.toByteArray());
    }

    int get(String key) {
        var out = new ByteArrayOutputStream();
        field(out, 1, key.getBytes(StandardCharsets.UTF_8));
        return call(leader, RANGE, out.toByteArray()).length;
    }

    private static byte[] call(ManagedChannel channel, MethodDescriptor<byte[], byte[]> method, byte[] request) {
        return ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, request);
    }

    private static void field(ByteArrayOutputStream out, int number, byte[] bytes) {
        out.write(number << 3 | 2);
        int length = bytes.length;
        while (length > 0x7F) {
            out.write(length & 0x7F | 0x80);
            length >>>= 7;
        }
        out.write(length);
        out.writeBytes(bytes);
    }

    private static MethodDescriptor<byte[], byte[]> method(String name) {
        var bytes = new Bytes();
        return MethodDescriptor.newBuilder(bytes, bytes)
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(name)
                .build();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Walks the fields of a message that has numbers and nested messages only. */
    private static final class Fields {
        private final byte[] in;
        private int at;
        private int field;
        private long number;
        private byte[] bytes = new byte[0];

        Fields(byte[] in) {
            this.in = in;
        }

        boolean next() {
            if (at >= in.length) {
                return false;
            }
            long tag = varint();
            field = (int) (tag >>> 3);
            number = varint();
            if ((tag & 7) == 2) {
                bytes = java.util.Arrays.copyOfRange(in, at, at + (int) number);
                at += (int) number;
            }
            return true;
        }

        private long varint() {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = in[at++];
                value |= (long) (b & 0x7F) << shift;
                if (b >= 0) {
                    return value;
                }
            }
        }
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        processes.forEach(Process::destroyForcibly);
    }
}
