using System.Net.Sockets;

namespace PerfFlow.Tests.Faults;

/// <summary>
/// Stands between a process and its database, on a socket of its own. While it is asked to, it lets each connection have a
/// drawn number of bytes and then cuts it where it is: within a statement, within a result, before the answer to COMMIT.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private const int Shortest = 300;
    private const int Longest = 60_000;

    private readonly string server;
    private readonly string own;
    private readonly Random random;
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource ending = new();
    private readonly Task accepting;
    private volatile bool cutting;
    private int cuts;

    /// <param name="folder">Of the server's socket.</param>
    /// <param name="port">Names the socket.</param>
    /// <param name="seed">Of the draw.</param>
    public CuttingProxy(string folder, int port, int seed)
    {
        // The draw must be repeatable from the seed; it guards nothing.
#pragma warning disable CA5394
        random = new Random(seed);
#pragma warning restore CA5394
        Folder = Directory.CreateTempSubdirectory("pf-cut-").FullName;
        (server, own) = (Path.Combine(folder, $".s.PGSQL.{port}"), Path.Combine(Folder, $".s.PGSQL.{port}"));
        listener.Bind(new UnixDomainSocketEndPoint(own));
        listener.Listen(256);
        accepting = AcceptAsync();
    }

    /// <summary>What a connection string takes as its host.</summary>
    public string Folder { get; }

    public int Cuts => Volatile.Read(ref cuts);

    /// <summary>From now on until it is set back, connections end after a while, those that are open included.</summary>
    public bool Cutting
    {
        get => cutting;
        set => cutting = value;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Dispose();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ending.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            _ = CarryAsync(await listener.AcceptAsync(ending.Token));
        }
    }

    private async Task CarryAsync(Socket client)
    {
        using var here = client;
        using var there = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await there.ConnectAsync(new UnixDomainSocketEndPoint(server), ending.Token);
            var ration = new Ration(Draw());
            await Task.WhenAny(PassAsync(here, there, ration), PassAsync(there, here, ration));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The server is away: to the client it looks the same as a cut.
        }
    }

    private async Task PassAsync(Socket from, Socket to, Ration ration)
    {
        var buffer = new byte[8192];
        try
        {
            while (await from.ReceiveAsync(buffer, ending.Token) is > 0 and var read)
            {
                var pass = cutting ? ration.Take(read) : read;
                for (var sent = 0; sent < pass;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, pass - sent), ending.Token);
                }

                if (pass < read)
                {
                    Interlocked.Increment(ref cuts);
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the two ends has gone.
        }
    }

    private int Draw()
    {
        lock (random)
        {
#pragma warning disable CA5394
            return random.Next(Shortest, Longest);
#pragma warning restore CA5394
        }
    }

    /// <summary>What a connection may still pass, in both directions together.</summary>
    private sealed class Ration(int bytes)
    {
        private int left = bytes;

        /// <summary>How many of so many may pass; less than asked for means that this was the end.</summary>
        public int Take(int wanted)
        {
            var before = Interlocked.Add(ref left, -wanted) + wanted;
            return Math.Clamp(before, 0, wanted);
        }
    }
}
