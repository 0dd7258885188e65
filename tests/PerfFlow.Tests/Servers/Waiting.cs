using System.Net;
using System.Net.Sockets;
using Xunit;

namespace PerfFlow.Tests.Servers;

/// <summary>Waiting for what happens in other processes, in system time.</summary>
internal static class Waiting
{
    /// <summary>Asks again and again until the answer is yes; fails the test after the limit (30 s if none is given).</summary>
    internal static Task UntilAsync(Func<bool> done, string what, TimeSpan? limit = null) =>
        UntilAsync(() => Task.FromResult(done()), () => what, limit);

    /// <inheritdoc cref="UntilAsync(Func{bool}, string, TimeSpan?)"/>
    internal static async Task UntilAsync(Func<Task<bool>> done, Func<string> what, TimeSpan? limit = null)
    {
        var time = TimeProvider.System;
        var (began, patience) = (time.GetTimestamp(), limit ?? TimeSpan.FromSeconds(30));
        while (!await done())
        {
            Assert.True(time.GetElapsedTime(began) < patience, $"Not within {patience.TotalSeconds:0} s: {what()}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, TestContext.Current.CancellationToken);
        }
    }

    internal static async Task<bool> ListensAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Ports of 127.0.0.1 that nobody listens on at this moment.</summary>
    internal static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }
}
