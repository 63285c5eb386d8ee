package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// security returns how brokers are spoken to: by TLS and SCRAM-SHA-512 where the environment
// names a user. A password in the arguments could be read by everybody on the machine.
func security() ([]kgo.Opt, error) {
	user, password := os.Getenv("KAFKA_USERNAME"), os.Getenv("KAFKA_PASSWORD")
	if user == "" {
		return nil, nil
	}
	settings := &tls.Config{MinVersion: tls.VersionTLS12}
	if path := os.Getenv("KAFKA_CA_FILE"); path != "" {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		settings.RootCAs = x509.NewCertPool()
		if !settings.RootCAs.AppendCertsFromPEM(content) {
			return nil, fmt.Errorf("%s holds no certificate", path)
		}
	}
	mechanism := scram.Auth{User: user, Pass: password}.AsSha512Mechanism()
	return []kgo.Opt{kgo.SASL(mechanism), kgo.DialTLSConfig(settings)}, nil
}

// checkTopic returns why a topic cannot be read. The client itself would wait for ever for a topic
// whose name was mistyped.
func checkTopic(ctx context.Context, client *kgo.Client, topic string) error {
	request := kmsg.NewPtrMetadataRequest()
	asked := kmsg.NewMetadataRequestTopic()
	asked.Topic = &topic
	request.Topics = append(request.Topics, asked)
	response, err := request.RequestWith(ctx, client)
	if err != nil {
		return err
	}
	for _, found := range response.Topics {
		if err := kerr.ErrorForCode(found.ErrorCode); isFinal(err) {
			return fmt.Errorf("%s: %w", topic, err)
		}
	}
	return nil
}

// isFinal tells an error that no waiting mends: somebody has to give access, or make the topic.
func isFinal(err error) bool {
	for _, final := range []error{
		kerr.TopicAuthorizationFailed,
		kerr.GroupAuthorizationFailed,
		kerr.SaslAuthenticationFailed,
		kerr.UnknownTopicOrPartition,
	} {
		if errors.Is(err, final) {
			return true
		}
	}
	return false
}
