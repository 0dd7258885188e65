using System.Net.Sockets;
using RabbitMQ.Client;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>The life of one bus that <see cref="BusLine"/> made: whether it is still the bus of its process, and its connections to the broker.</summary>
internal sealed class BusLife
{
    private const int Kept = 8;

    private readonly Lock gate = new();
    private readonly Queue<ITcpClient> connections = new();
    private bool over;

    /// <summary>Its container is disposed of while messages are still read: how reading one fails from now on says nothing of it.</summary>
    public bool Over
    {
        get
        {
            lock (gate)
            {
                return over;
            }
        }
    }

    /// <summary>A connection of this bus. One that has ended gets none: it would take messages and do nothing with them.</summary>
    public ITcpClient Connect(AddressFamily family)
    {
        lock (gate)
        {
            if (over)
            {
                throw new IOException("This bus has ended.");
            }

            // All but the last are lost ones.
            if (connections.Count == Kept)
            {
                connections.Dequeue();
            }

            var made = ConnectionFactoryBase.DefaultSocketFactory(family);
            connections.Enqueue(made);
            return made;
        }
    }

    public void End()
    {
        lock (gate)
        {
            over = true;
        }
    }

    /// <summary>What it holds unread goes back to the broker, which delivers it to others.</summary>
    public void Cut()
    {
        lock (gate)
        {
            foreach (var connection in connections)
            {
                connection.Close();
            }
        }
    }
}
