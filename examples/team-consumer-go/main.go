// Command team-consumer reads a team's topic and keeps its posts in a file.
//
// At least once: the file is written before the offsets are committed, so that nothing is lost
// wherever the program ends. What then comes again is known by its event id and has no second
// effect. One instance to a file; state is written whole, which suits some ten thousand posts.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const pollRecordsMax = 500

func main() {
	log.SetFlags(log.LstdFlags | log.LUTC)
	servers := flag.String("servers", "127.0.0.1:9092", "Kafka, as HOST:PORT,HOST:PORT")
	topic := flag.String("topic", "", "the team's topic, such as teams.waste.posts.v1")
	group := flag.String("group", "", "this program's consumer group, such as waste.inbox")
	session := flag.Duration("session", 45*time.Second, "after how long without a sign others go on")
	path := flag.String("state", "state.json", "the file that posts are kept in")
	flag.Parse()
	team, err := teamOf(*topic)
	if err != nil || *group == "" {
		fmt.Fprintln(os.Stderr, "team-consumer: name --topic teams.TEAM.posts.v1 and --group GROUP")
		os.Exit(2)
	}
	stopping, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	options := []kgo.Opt{
		kgo.SeedBrokers(strings.Split(*servers, ",")...),
		kgo.ConsumerGroup(*group),
		kgo.ConsumeTopics(*topic),
		// A new group begins with the oldest event that is left, not with the next to come.
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.SessionTimeout(*session),
		kgo.HeartbeatInterval(*session / 15),
		kgo.DisableAutoCommit(),
		// No partition goes to another member between the work and its commit.
		kgo.BlockRebalanceOnPoll(),
	}
	secured, err := security()
	if err == nil {
		err = consume(stopping, append(options, secured...), *topic, team, *path)
	}
	if err != nil {
		log.Fatalf("team-consumer: %v", err)
	}
	log.Print("stopped cleanly")
}

func consume(stopping context.Context, options []kgo.Opt, topic, team, path string) error {
	state, err := openState(path)
	if err != nil {
		return err
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		return err
	}
	defer client.Close()
	if err := checkTopic(stopping, client, topic); err != nil {
		return err
	}
	for stopping.Err() == nil {
		fetches := client.PollRecords(stopping, pollRecordsMax)
		if err := refusal(fetches); err != nil {
			return err
		}
		fetches.EachRecord(func(record *kgo.Record) {
			if err := take(state, team, record.Value, time.Now()); err != nil {
				log.Printf("passed over %s/%d at %d: %v",
					record.Topic, record.Partition, record.Offset, err)
			}
		})
		if !fetches.Empty() {
			// Stopping does not break off what has begun, and neither does it wait for ever.
			finishing, done := context.WithTimeout(context.Background(), 30*time.Second)
			err = state.save(time.Now())
			if err == nil {
				err = client.CommitUncommittedOffsets(finishing)
			}
			done()
			if err != nil {
				return err
			}
		}
		client.AllowRebalance()
	}
	return nil
}

// refusal returns what ends the program; what passes by itself is logged and tried again.
func refusal(fetches kgo.Fetches) error {
	for _, failed := range fetches.Errors() {
		switch {
		case errors.Is(failed.Err, context.Canceled):
		case isFinal(failed.Err):
			return fmt.Errorf("%s: %w", failed.Topic, failed.Err)
		default:
			log.Printf("%s/%d: %v", failed.Topic, failed.Partition, failed.Err)
		}
	}
	return nil
}

func teamOf(topic string) (string, error) {
	parts := strings.Split(topic, ".")
	if len(parts) < 4 {
		return "", errors.New("not a team's topic")
	}
	// A prefix that several bodies share a cluster by may stand before it.
	last := parts[len(parts)-4:]
	if last[0] != "teams" || last[1] == "" || last[2] != "posts" {
		return "", errors.New("not a team's topic")
	}
	return last[1], nil
}

type envelope struct {
	ID   string          `json:"id"`
	Type string          `json:"type"`
	Data json.RawMessage `json:"data"`
}
