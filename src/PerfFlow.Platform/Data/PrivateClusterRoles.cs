using Npgsql;

namespace PerfFlow.Platform.Data;

/// <summary>The database <c>perfflow</c> and its roles. Rights inside the schemas are the migrations' business.</summary>
internal static class PrivateClusterRoles
{
    private const string Database = "perfflow";

    internal static string Connection(PrivateClusterFolder folder, PrivateClusterPasswords passwords, string role, string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = folder.SocketFolder,
            Port = PrivateClusterServer.Port,
            Database = database,
            Username = role,
            Password = passwords[role],
            ApplicationName = role,
        }.ConnectionString;

    /// <summary>Creates what is missing; a start cut off half-way is completed by the next.</summary>
    internal static async Task EnsureAsync(
        PrivateClusterFolder folder, PrivateClusterPasswords passwords, TimeProvider time, CancellationToken ct)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(Connection(folder, passwords, PrivateClusterPasswords.Superuser, "postgres"))
        {
            Pooling = false,
        };
        await using var connection = await OpenAsync(unpooled.ConnectionString, time, ct);
        var roles = await NamesAsync(connection, "select rolname from pg_roles", ct);
        foreach (var role in PrivateCluster.ServiceRoles.Append(PrivateCluster.OwnerRole).Where(role => !roles.Contains(role)))
        {
            // Names and hexadecimal passwords are our own: nothing here needs quoting.
            await ExecuteAsync(connection, $"create role {role} login password '{passwords[role]}'", ct);
        }

        var databases = await NamesAsync(connection, "select datname from pg_database", ct);
        if (!databases.Contains(Database))
        {
            await ExecuteAsync(connection, $"create database {Database} owner {PrivateCluster.OwnerRole}", ct);
        }

        await ExecuteAsync(
            connection,
            $"""
            revoke all on database {Database} from public;
            revoke all on database postgres from public;
            grant connect on database {Database} to {string.Join(", ", PrivateCluster.ServiceRoles)};
            """,
            ct);
    }

    // A server that recovers from a crash answers "starting up" (57P03) for a while.
    private static async Task<NpgsqlConnection> OpenAsync(string connectionString, TimeProvider time, CancellationToken ct)
    {
        while (true)
        {
            var connection = new NpgsqlConnection(connectionString);
            try
            {
                await connection.OpenAsync(ct);
                return connection;
            }
            catch (NpgsqlException e) when (e is not PostgresException || e.SqlState == PostgresErrorCodes.CannotConnectNow)
            {
                await connection.DisposeAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(100), time, ct);
            }
        }
    }

    private static async Task<HashSet<string>> NamesAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct))
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
