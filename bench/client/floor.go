package main

import (
	"bufio"
	"flag"
	"os"
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

const firstPort = 20000

// floor is the least any server could do here: plain sendto, no protocol. Raw system calls on one locked thread, so that nothing of
// Go's scheduler is in the figure.
func floor(mode string, args []string) {
	flags := flag.NewFlagSet(mode, flag.ExitOnError)
	destinations := flags.Int("destinations", 50, "sockets to send to")
	size := flags.Int("size", 150, "payload bytes")
	pps := flags.Float64("pps", 2500, "packets per second")
	seconds := flags.Float64("seconds", 5, "window")
	_ = flags.Parse(args)
	runtime.LockOSThread()
	if mode == "sink" {
		sink(*destinations)
		return
	}
	send(*destinations, *size, *pps, *seconds)
}

func must(err error) {
	if err != nil {
		complain("floor: %v", err)
		os.Exit(1)
	}
}

// address is the client's end of the veth pair.
func address(port int) *syscall.RawSockaddrInet4 {
	to := &syscall.RawSockaddrInet4{Family: syscall.AF_INET, Addr: [4]byte{10, 77, 0, 2}}
	bytes := (*[2]byte)(unsafe.Pointer(&to.Port))
	bytes[0], bytes[1] = byte(port>>8), byte(port)
	return to
}

// send gives one packet to each destination, waits for its turn, and again: the rhythm of a server that forwards.
func send(destinations, size int, pps, seconds float64) {
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	must(err)
	to := make([]*syscall.RawSockaddrInet4, destinations)
	for i := range to {
		to[i] = address(firstPort + i)
	}
	payload := make([]byte, max(size, 1))
	every := time.Duration(float64(destinations) / pps * float64(time.Second))
	round := func() (sent, refused int) {
		for _, one := range to {
			_, _, errno := syscall.RawSyscall6(syscall.SYS_SENDTO, uintptr(socket), uintptr(unsafe.Pointer(&payload[0])), uintptr(len(payload)),
				0, uintptr(unsafe.Pointer(one)), unsafe.Sizeof(*one))
			if errno != 0 {
				refused++
			} else {
				sent++
			}
		}
		return sent, refused
	}
	turn(time.Second, every, round)
	before := cpu()
	began := time.Now()
	sent, refused := turn(time.Duration(seconds*float64(time.Second)), every, round)
	took := time.Since(began).Seconds()
	spent := cpu() - before
	say("result", report{"sent": sent, "refused": refused, "pps": float64(sent) / took, "cpu_us": spent.Seconds() * 1e6,
		"us_per_packet": spent.Seconds() * 1e6 / float64(max(sent, 1))})
}

func turn(long, every time.Duration, round func() (int, int)) (sent, refused int) {
	next := time.Now()
	end := next.Add(long)
	for time.Now().Before(end) {
		s, r := round()
		sent, refused = sent+s, refused+r
		next = next.Add(every)
		if pause := time.Until(next); pause > 0 {
			rest := syscall.NsecToTimespec(int64(pause))
			_, _, _ = syscall.RawSyscall(syscall.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&rest)), 0, 0)
		}
	}
	return sent, refused
}

func cpu() time.Duration {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// sink reads what arrives, as clients would, until its standard input closes.
func sink(sockets int) {
	poll, err := syscall.EpollCreate1(0)
	must(err)
	for i := range sockets {
		socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM|syscall.SOCK_NONBLOCK, 0)
		must(err)
		must(syscall.Bind(socket, &syscall.SockaddrInet4{Port: firstPort + i}))
		must(syscall.EpollCtl(poll, syscall.EPOLL_CTL_ADD, socket, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(socket)}))
	}
	go func() {
		bufio.NewScanner(os.Stdin).Scan()
		os.Exit(0)
	}()
	say("ready", report{})
	buffer := make([]byte, 2048)
	events := make([]syscall.EpollEvent, 256)
	for {
		ready, _ := syscall.EpollWait(poll, events, -1)
		for i := range max(ready, 0) {
			for {
				_, _, errno := syscall.RawSyscall6(syscall.SYS_RECVFROM, uintptr(events[i].Fd), uintptr(unsafe.Pointer(&buffer[0])), uintptr(len(buffer)), 0, 0, 0)
				if errno != 0 {
					break
				}
			}
		}
	}
}
