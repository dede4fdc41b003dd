package io.parley.webrtc.srtp;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;

/// The JDK's own AES in counter mode and its GHASH, below `javax.crypto`: methods that the JIT
/// replaces by the processor's instructions, and that allocate nothing. They are private to
/// `com.sun.crypto.provider`, which has to be open to us (`Add-Opens` in the jar's manifest). Where
/// it is not, or where a later JDK has other internals, this class fails to load: [SrtpSelfTest]
/// then finds the back-end unusable.
///
/// The handles are constants with exact types, so that the JIT sees through them; a class that we
/// cannot name is an `Object` here.
///
/// The JIT's versions check no bounds: what is out of range here is a crash, not an exception. Each
/// caller therefore passes arrays of its own, and knows their lengths.
final class JdkIntrinsics {
    static final int BLOCK = 16;

    private static final MethodHandle NEW_AES;
    private static final MethodHandle INIT_AES;
    private static final MethodHandle NEW_COUNTER_MODE;
    private static final MethodHandle COUNTER;
    private static final MethodHandle SET_USED;
    private static final MethodHandle CRYPT;
    private static final MethodHandle NEW_GHASH;
    private static final MethodHandle SUBKEYS;
    private static final MethodHandle STATE;
    private static final MethodHandle PROCESS_BLOCKS;

    static {
        try {
            Lookup aes = inside("AESCrypt");
            NEW_AES = constructor(aes);
            INIT_AES = virtual(aes, "init", void.class, boolean.class, String.class, byte[].class);
            Lookup counterMode = inside("CounterMode");
            NEW_COUNTER_MODE = constructor(counterMode, inside("SymmetricCipher").lookupClass());
            COUNTER = field(counterMode, "counter", byte[].class);
            SET_USED =
                    counterMode
                            .findSetter(counterMode.lookupClass(), "used", int.class)
                            .asType(MethodType.methodType(void.class, Object.class, int.class));
            CRYPT =
                    virtual(
                            counterMode,
                            "implCrypt",
                            int.class,
                            byte[].class,
                            int.class,
                            int.class,
                            byte[].class,
                            int.class);
            Lookup ghash = inside("GHASH");
            NEW_GHASH = constructor(ghash, byte[].class);
            SUBKEYS = field(ghash, "subkeyHtbl", long[].class);
            STATE = field(ghash, "state", long[].class);
            PROCESS_BLOCKS =
                    ghash.findStatic(
                            ghash.lookupClass(),
                            "processBlocks",
                            MethodType.methodType(
                                    void.class,
                                    byte[].class,
                                    int.class,
                                    int.class,
                                    long[].class,
                                    long[].class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the JDK does not open its AES and GHASH", e);
        }
    }

    private JdkIntrinsics() {}

    /// AES in counter mode under `key`, its counter block being all zeros.
    static Object counterMode(byte[] key) {
        try {
            Object aes = (Object) NEW_AES.invokeExact();
            INIT_AES.invokeExact(aes, false, "AES", key);
            return (Object) NEW_COUNTER_MODE.invokeExact(aes);
        } catch (Throwable e) {
            throw new IllegalStateException("the JDK refused an AES key", e);
        }
    }

    /// The block that is encrypted next: written by the caller, counted on by [#crypt].
    static byte[] counter(Object counterMode) {
        try {
            return (byte[]) COUNTER.invokeExact(counterMode);
        } catch (Throwable e) {
            throw new IllegalStateException("could not reach the counter", e);
        }
    }

    /// XORs `length` bytes with the key stream that begins with the counter block; `in` and `out`
    /// may be the same place.
    static void crypt(
            Object counterMode, byte[] in, int inOff, int length, byte[] out, int outOff) {
        try {
            SET_USED.invokeExact(counterMode, BLOCK);
            int _ = (int) CRYPT.invokeExact(counterMode, in, inOff, length, out, outOff);
        } catch (Throwable e) {
            throw new IllegalStateException("could not run AES in counter mode", e);
        }
    }

    /// GHASH with `subkey`; [#subkeys] and [#state] are what [#processBlocks] works on.
    static Object ghash(byte[] subkey) {
        try {
            return (Object) NEW_GHASH.invokeExact(subkey);
        } catch (Throwable e) {
            throw new IllegalStateException("the JDK refused a GHASH key", e);
        }
    }

    static long[] subkeys(Object ghash) {
        try {
            return (long[]) SUBKEYS.invokeExact(ghash);
        } catch (Throwable e) {
            throw new IllegalStateException("could not reach the keys of GHASH", e);
        }
    }

    static long[] state(Object ghash) {
        try {
            return (long[]) STATE.invokeExact(ghash);
        } catch (Throwable e) {
            throw new IllegalStateException("could not reach the state of GHASH", e);
        }
    }

    /// Hashes whole blocks into `state`.
    static void processBlocks(byte[] data, int off, int blocks, long[] state, long[] subkeys) {
        try {
            PROCESS_BLOCKS.invokeExact(data, off, blocks, state, subkeys);
        } catch (Throwable e) {
            throw new IllegalStateException("could not run GHASH", e);
        }
    }

    private static Lookup inside(String name) throws ReflectiveOperationException {
        Class<?> type = Class.forName("com.sun.crypto.provider." + name);
        return MethodHandles.privateLookupIn(type, MethodHandles.lookup());
    }

    private static MethodHandle constructor(Lookup lookup, Class<?>... parameters)
            throws ReflectiveOperationException {
        MethodHandle constructor =
                lookup.findConstructor(
                        lookup.lookupClass(), MethodType.methodType(void.class, parameters));
        return constructor.asType(nameable(constructor.type()));
    }

    private static MethodHandle virtual(
            Lookup lookup, String name, Class<?> result, Class<?>... parameters)
            throws ReflectiveOperationException {
        MethodHandle method =
                lookup.findVirtual(
                        lookup.lookupClass(), name, MethodType.methodType(result, parameters));
        return method.asType(nameable(method.type()));
    }

    private static MethodHandle field(Lookup lookup, String name, Class<?> type)
            throws ReflectiveOperationException {
        MethodHandle getter = lookup.findGetter(lookup.lookupClass(), name, type);
        return getter.asType(nameable(getter.type()));
    }

    /// The same with `Object` for the classes of the JDK's that we cannot name.
    private static MethodType nameable(MethodType type) {
        MethodType nameable = type;
        for (int i = 0; i < type.parameterCount(); i++) {
            if (isInside(type.parameterType(i))) {
                nameable = nameable.changeParameterType(i, Object.class);
            }
        }
        return isInside(type.returnType()) ? nameable.changeReturnType(Object.class) : nameable;
    }

    private static boolean isInside(Class<?> type) {
        return type.getPackageName().equals("com.sun.crypto.provider");
    }
}
