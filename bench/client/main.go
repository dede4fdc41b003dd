// The load client of the bench: plays publishers and subscribers against any LiveKit-compatible server.
//
//	client wait    -url URL                       waits for HTTP 200, prints when it came (Unix ns)
//	client audio   -pubs 1 -subs 50               Opus, 50 packets/s a publisher, everybody hears everybody
//	client video   -pubs 1 -subs 50               VP8 simulcast 1280/640/320, subscribers ask for HIGH
//	client meeting -pubs 10                       everybody sends and receives audio and video (MEDIUM tiles)
//	client data    -subs 50 [-lossy]              100 data packets/s of 200 B from one participant
//	client idle    -subs 100                      joined, nothing published
//	client join    -subs 150 [-wide 8 -rooms 50]  full joins, timed
//	client send / client sink                     the machine's floor: plain sendto, and who receives it
//
// Talks to the runner in lines: prints {"event":"steady",…} once everybody is in and everything flows, counts between the lines
// "start" and "stop" on its standard input, then prints {"event":"result",…} and leaves.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"runtime/pprof"
	"time"

	"github.com/go-logr/logr"
	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
)

type settings struct {
	url, key, secret string
	pubs, subs       int
	wide, rooms      int
	lossy            bool
	light            bool
}

type report map[string]any

func say(event string, r report) {
	r["event"] = event
	if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
		os.Exit(1)
	}
}

func complain(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
}

func main() {
	if len(os.Args) < 2 {
		complain("usage: client wait|audio|video|meeting|data|idle|join|send|sink [flags]")
		os.Exit(2)
	}
	mode := os.Args[1]
	if mode == "send" || mode == "sink" {
		floor(mode, os.Args[2:])
		return
	}
	var s settings
	flags := flag.NewFlagSet(mode, flag.ExitOnError)
	flags.StringVar(&s.url, "url", "http://127.0.0.1:7880", "server")
	flags.StringVar(&s.key, "key", "devkey", "API key")
	flags.StringVar(&s.secret, "secret", "secret", "API secret")
	flags.IntVar(&s.pubs, "pubs", 1, "publishers")
	flags.IntVar(&s.subs, "subs", 10, "subscribers, or participants that join")
	flags.IntVar(&s.wide, "wide", 1, "joins at once")
	flags.IntVar(&s.rooms, "rooms", 1, "rooms to spread the joins over")
	flags.BoolVar(&s.lossy, "lossy", false, "lossy data")
	flags.BoolVar(&s.light, "light", false, "subscribers without NACK and transport-wide feedback, only receiver reports")
	profile := flags.String("profile", "", "write a CPU profile of the window here")
	_ = flags.Parse(os.Args[2:])
	if mode == "wait" {
		wait(s.url)
		return
	}
	lksdk.SetLogger(logger.LogRLogger(logr.Discard()))
	run, known := map[string]func(*bench){
		"audio": media, "video": media, "meeting": media, "data": data, "idle": joins, "join": joins,
	}[mode]
	if !known {
		complain("unknown mode %s", mode)
		os.Exit(2)
	}
	run(&bench{settings: s, mode: mode, profile: *profile, room: fmt.Sprintf("bench-%s-%d-", mode, time.Now().UnixNano()%1e9)})
}

// wait asks for the server's front page until it answers 200.
func wait(url string) {
	client := http.Client{Timeout: time.Second}
	for {
		answer, err := client.Get(url + "/")
		if err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				say("up", report{"unix_ns": time.Now().UnixNano()})
				return
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// window lets the runner say when to count: returns when the line "stop" came.
func (b *bench) window() time.Duration {
	lines := bufio.NewScanner(os.Stdin)
	lines.Scan()
	if b.profile != "" {
		if file, err := os.Create(b.profile); err == nil {
			_ = pprof.StartCPUProfile(file)
			defer pprof.StopCPUProfile()
		}
	}
	b.counting.Store(true)
	began := time.Now()
	lines.Scan()
	took := time.Since(began)
	b.counting.Store(false)
	return took
}
