using System.Security.Cryptography;
using System.Text;

namespace PerfFlow.Platform.Data;

/// <summary>
/// The passwords of a private cluster's roles, in a 0600 file of PostgreSQL's own password file format, so that
/// <c>PGPASSFILE=&lt;data&gt;/pgpass psql</c> works for whoever may read it.
/// </summary>
internal sealed class PrivateClusterPasswords
{
    internal const string Superuser = "postgres";

    private readonly Dictionary<string, string> _byRole;

    private PrivateClusterPasswords(Dictionary<string, string> byRole) => _byRole = byRole;

    internal string this[string role] => _byRole.TryGetValue(role, out var password)
        ? password
        : throw new ArgumentException($"The private cluster has no role {role}.", nameof(role));

    /// <summary>Called under the start lock, before the cluster exists: a cluster without its file is lost.</summary>
    internal static PrivateClusterPasswords ReadOrCreate(PrivateClusterFolder folder)
    {
        if (!File.Exists(folder.Passwords))
        {
            if (Directory.Exists(folder.Cluster))
            {
                throw new PrivateClusterException(
                    $"{folder.Passwords} is missing, and without it nobody can sign in to the PostgreSQL in {folder.Cluster}. Bring the file back from the backup.");
            }

            Write(folder);
        }

        var lines = File.ReadAllLines(folder.Passwords).Where(line => line.Length > 0 && line[0] != '#');
        return new(lines.Select(line => line.Split(':')).ToDictionary(part => part[3], part => part[4], StringComparer.Ordinal));
    }

    private static void Write(PrivateClusterFolder folder)
    {
        var lines = PrivateCluster.ServiceRoles
            .Append(PrivateCluster.OwnerRole)
            .Append(Superuser)
            .Select(role => $"*:*:*:{role}:{RandomNumberGenerator.GetHexString(40, lowercase: true)}\n");
        var part = folder.Passwords + ".part";
        File.Delete(part);
        using (var stream = PrivateClusterFolder.OpenPrivate(part, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            stream.Write(Encoding.ASCII.GetBytes(string.Concat(lines)));
            stream.Flush(flushToDisk: true);
        }

        File.Move(part, folder.Passwords);
    }
}
