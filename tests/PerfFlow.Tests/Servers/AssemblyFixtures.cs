using PerfFlow.Tests.Servers;
using Xunit;

// One of each for the whole run. They start when a test first asks, and a test class asks by a constructor parameter.
[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: AssemblyFixture(typeof(RabbitMqServer))]
[assembly: AssemblyFixture(typeof(SmtpServer))]
[assembly: AssemblyFixture(typeof(Browser))]
