using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PerfFlow.Notifications.Data;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Faults;

/// <summary>
/// A connection to the database that is cut while it opens fails as a database that is away, which every consumer waits out. The long
/// run found what Npgsql makes of it otherwise (seed 2011): it opens the connection once more, and that one fails the first transaction
/// as a defect of the caller, which made messages dead.
/// </summary>
public sealed class CutWhileOpening(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FailsAsADatabaseThatIsAway()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        // From before the first byte until after the last question of the opening.
        for (var bytes = 0; bytes <= 1200; bytes += 100)
        {
            await using var proxy = new FirstIsCut(database.OwnerConnectionString, bytes);
            await using (var services = Services(proxy.ConnectionString))
            {
                await UseAsync(services.GetRequiredKeyedService<NpgsqlDataSource>(NotificationsDb.Schema), bytes);
            }

            await using var again = new FirstIsCut(database.OwnerConnectionString, bytes);
            await using var runner = new RunnerDatabase(again.ConnectionString);
            await UseAsync(runner.Source, bytes);
        }
    }

    private static async Task UseAsync(NpgsqlDataSource source, int bytes)
    {
        for (var time = 1; time <= 2; time++)
        {
            try
            {
                // As every consumer begins.
                await using var connection = await source.OpenConnectionAsync(Ct);
                await using var transaction = await connection.BeginTransactionAsync(Ct);
                await using var command = new NpgsqlCommand("select 1", connection, transaction);
                Assert.Equal(1, await command.ExecuteScalarAsync(Ct));
            }
            catch (Exception cut) when (time == 1)
            {
                Assert.True(cut is NpgsqlException, $"Cut after {bytes} bytes: {cut.Message}");
            }
        }
    }

    private static ServiceProvider Services(string connectionString)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:PerfFlow", connectionString)]).Build());
        services.AddServiceDatabase<NotificationsDb>(NotificationsDb.Schema);
        return services.BuildServiceProvider();
    }

    /// <summary>Stands before a database and ends the first connection after so many bytes, both ways together.</summary>
    private sealed class FirstIsCut : IAsyncDisposable
    {
        private readonly string server;
        private readonly string folder = Directory.CreateTempSubdirectory("pf-first-").FullName;
        private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        private readonly CancellationTokenSource ending = new();
        private readonly Task accepting;

        public FirstIsCut(string connectionString, int bytes)
        {
            var builder = new NpgsqlConnectionStringBuilder(connectionString);
            var socket = $".s.PGSQL.{builder.Port}";
            server = Path.Combine(builder.Host!, socket);
            builder.Host = folder;
            ConnectionString = builder.ConnectionString;
            listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder, socket)));
            listener.Listen();
            accepting = AcceptAsync(bytes);
        }

        public string ConnectionString { get; }

        public async ValueTask DisposeAsync()
        {
            await ending.CancelAsync();
            listener.Dispose();
            await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ending.Dispose();
            Directory.Delete(folder, recursive: true);
        }

        private async Task AcceptAsync(int bytes)
        {
            for (var left = bytes; ; left = int.MaxValue)
            {
                _ = CarryAsync(await listener.AcceptAsync(ending.Token), left);
            }
        }

        private async Task CarryAsync(Socket client, int left)
        {
            using var here = client;
            using var there = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await there.ConnectAsync(new UnixDomainSocketEndPoint(server), ending.Token);
            await Task.WhenAny(PassAsync(here, there), PassAsync(there, here));

            async Task PassAsync(Socket from, Socket to)
            {
                var buffer = new byte[8192];
                while (await from.ReceiveAsync(buffer, ending.Token) is > 0 and var read)
                {
                    var pass = Math.Clamp(Interlocked.Add(ref left, -read) + read, 0, read);
                    await to.SendAsync(buffer.AsMemory(0, pass), ending.Token);
                    if (pass < read)
                    {
                        return;
                    }
                }
            }
        }
    }
}
