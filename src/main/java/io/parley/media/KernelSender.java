package io.parley.media;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.channels.SelectableChannel;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Linux' own calls on a UDP socket: `sendto`, and `sendmsg` with UDP_SEGMENT, by which a run of
/// equally long datagrams to one address leaves in a single call (GSO). Not there on other systems,
/// nor where the JVM does not open `sun.nio.ch` to us. Owned by its socket's media loop.
final class KernelSender {
    private static final Logger log = LoggerFactory.getLogger(KernelSender.class);

    private static final int MSG_DONTWAIT = 0x40;
    private static final int SOL_UDP = 17;
    private static final int UDP_SEGMENT = 103;
    private static final int EIO = 5;
    private static final int EAGAIN = 11;
    private static final int EINVAL = 22;
    private static final int EMSGSIZE = 90;
    private static final int ENOBUFS = 105;

    // struct msghdr, struct iovec and struct cmsghdr of 64-bit Linux
    private static final long NAME = 0;
    private static final long NAME_LENGTH = 8;
    private static final long VECTORS = 16;
    private static final long VECTOR_COUNT = 24;
    private static final long CONTROL = 32;
    private static final long CONTROL_LENGTH = 40;
    private static final long HEADER_BYTES = 56;
    private static final long VECTOR_BASE = 0;
    private static final long VECTOR_LENGTH = 8;
    private static final long VECTOR_BYTES = 16;
    private static final long CONTROL_DATA = 16;
    private static final long CONTROL_BYTES = 24;
    private static final long SEGMENT_CONTROL_LENGTH = CONTROL_DATA + 2;

    private static final @Nullable Calls CALLS = Calls.find();

    private final Calls calls;
    private final int descriptor;
    private final MemorySegment errno;
    private final MemorySegment address;
    private final MemorySegment out;
    private final MemorySegment header;
    private final MemorySegment vector;
    private final MemorySegment control;

    private final boolean takesRuns;

    /// What became of a call.
    enum Result {
        SENT,
        /// The socket's buffer or the device's queue is full.
        FULL,
        FAILED
    }

    /// The functions, and how to read what went wrong.
    private record Calls(
            MethodHandle sendto,
            MethodHandle sendmsg,
            MethodHandle setsockopt,
            StructLayout state,
            long at) {
        static @Nullable Calls find() {
            String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
            if (!system.equals("linux") || ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
                return null;
            }
            try {
                StructLayout state = Linker.Option.captureStateLayout();
                return new Calls(
                        handle(
                                "sendto",
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT),
                        handle(
                                "sendmsg",
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT),
                        handle(
                                "setsockopt",
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT),
                        state,
                        state.byteOffset(MemoryLayout.PathElement.groupElement("errno")));
            } catch (RuntimeException | LinkageError e) {
                log.debug("no native sends cause={}", e.toString());
                return null;
            }
        }

        @SuppressWarnings("restricted") // three well-known functions of libc
        private static MethodHandle handle(
                String name, MemoryLayout result, MemoryLayout... arguments) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow(name),
                    FunctionDescriptor.of(result, arguments),
                    Linker.Option.captureCallState("errno"));
        }
    }

    private KernelSender(Calls calls, int descriptor) {
        Arena arena = Arena.ofAuto();
        this.calls = calls;
        this.descriptor = descriptor;
        this.errno = arena.allocate(calls.state());
        this.address = arena.allocate(EncodedAddress.MAX_BYTES, Long.BYTES);
        this.out = arena.allocate((long) SendArea.SLOTS * SendArea.SLOT_BYTES, 64);
        this.header = arena.allocate(HEADER_BYTES, Long.BYTES);
        this.vector = arena.allocate(VECTOR_BYTES, Long.BYTES);
        this.control = arena.allocate(CONTROL_BYTES, Long.BYTES);
        vector.set(ValueLayout.JAVA_LONG, VECTOR_BASE, out.address());
        header.set(ValueLayout.JAVA_LONG, NAME, address.address());
        header.set(ValueLayout.JAVA_LONG, VECTORS, vector.address());
        header.set(ValueLayout.JAVA_LONG, VECTOR_COUNT, 1);
        header.set(ValueLayout.JAVA_LONG, CONTROL, control.address());
        header.set(ValueLayout.JAVA_LONG, CONTROL_LENGTH, CONTROL_BYTES);
        control.set(ValueLayout.JAVA_LONG, 0, SEGMENT_CONTROL_LENGTH);
        control.set(ValueLayout.JAVA_INT, 8, SOL_UDP);
        control.set(ValueLayout.JAVA_INT, 12, UDP_SEGMENT);
        this.takesRuns = knowsSegments(arena.allocate(ValueLayout.JAVA_INT));
    }

    /// Linux before 4.18 does not know UDP_SEGMENT, and would send a run as one long datagram.
    private boolean knowsSegments(MemorySegment none) {
        try {
            return 0
                    == (int)
                            calls.setsockopt()
                                    .invokeExact(
                                            errno,
                                            descriptor,
                                            SOL_UDP,
                                            UDP_SEGMENT,
                                            none.address(),
                                            Integer.BYTES);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// Null where there is no such way to the kernel.
    static @Nullable KernelSender of(SelectableChannel channel) {
        Calls found = CALLS;
        if (found == null) {
            return null;
        }
        try {
            Class<?> type = channel.getClass();
            MethodHandle descriptor =
                    MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                            .findVirtual(type, "getFDVal", MethodType.methodType(int.class));
            return new KernelSender(found, (int) descriptor.invoke(channel));
        } catch (Throwable e) {
            log.debug("no native sends cause={}", e.toString());
            return null;
        }
    }

    boolean takesRuns() {
        return takesRuns;
    }

    Result send(EncodedAddress to, byte[] buffer, int offset, int length) {
        MemorySegment.copy(buffer, offset, out, ValueLayout.JAVA_BYTE, 0, length);
        to.copyTo(address);
        try {
            long sent =
                    (long)
                            calls.sendto()
                                    .invokeExact(
                                            errno,
                                            descriptor,
                                            out.address(),
                                            (long) length,
                                            MSG_DONTWAIT,
                                            address.address(),
                                            to.length());
            return sent >= 0 ? Result.SENT : isFull() ? Result.FULL : Result.FAILED;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// Datagrams of the same length, the last may be shorter; at most the 64 of old kernels, which
    /// a [SendArea] never holds. FAILED also means that the path takes no such runs; then they have
    /// to leave one by one.
    Result sendRun(EncodedAddress to, SendArea area, int first, int count) {
        int segmentBytes = area.length(first);
        int total = 0;
        for (int i = first; i < first + count; i++) {
            int length = area.length(i);
            MemorySegment.copy(
                    area.bytes(), area.offset(i), out, ValueLayout.JAVA_BYTE, total, length);
            total += length;
        }
        to.copyTo(address);
        header.set(ValueLayout.JAVA_INT, NAME_LENGTH, to.length());
        vector.set(ValueLayout.JAVA_LONG, VECTOR_LENGTH, total);
        control.set(ValueLayout.JAVA_SHORT, CONTROL_DATA, (short) segmentBytes);
        try {
            long sent =
                    (long)
                            calls.sendmsg()
                                    .invokeExact(errno, descriptor, header.address(), MSG_DONTWAIT);
            if (sent >= 0) {
                return Result.SENT;
            }
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        if (isFull()) {
            return Result.FULL;
        }
        learnFromRefusal(to, segmentBytes);
        return Result.FAILED;
    }

    /// EIO: the device computes no checksums, or there is a tunnel; EINVAL, EMSGSIZE in later
    /// kernels: longer than the path's MTU. All of it is true of this destination only.
    private void learnFromRefusal(EncodedAddress to, int segmentBytes) {
        switch (code()) {
            case EIO -> to.limitRuns(0);
            case EINVAL, EMSGSIZE -> to.limitRuns(segmentBytes - 1);
            default -> {
                // Nothing that will be so the next time.
            }
        }
    }

    private boolean isFull() {
        int code = code();
        return code == EAGAIN || code == ENOBUFS;
    }

    private int code() {
        return errno.get(ValueLayout.JAVA_INT, calls.at());
    }
}
