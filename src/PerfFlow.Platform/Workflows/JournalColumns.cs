using System.Buffers;
using System.Buffers.Binary;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;

namespace PerfFlow.Platform.Workflows;

/// <summary>
/// What of an act stands in columns of its own, for questions. A line does not say it again: the hash goes over the columns
/// and the line, so that none of them can be changed unseen. Instants are microseconds since 1970, as exact as the database
/// keeps them; <paramref name="CaseId"/> is −region for an act without a case.
/// </summary>
internal readonly record struct JournalColumns(
    long CaseId, int Seq, int Visit, string? Node, string Act, string? Outcome, string Role, long OrganisationId, long ActorId, long At, long RecordedAt, long? VisitOpenedAt)
{
    /// <summary>The columns as a query selects them, for <see cref="Read"/>.</summary>
    public const string Names = "case_id, seq, visit, node, act, outcome, role, organisation_id, actor_id, at, recorded_at, visit_opened_at";

    // Numbers, a length before each of four texts.
    private const int Fixed = 1 + (3 * 8) + (2 * 4) + (3 * 8) + (4 * 4);

    public static JournalColumns Read(DbDataReader row, int first) => new(
        row.GetInt64(first),
        row.GetInt32(first + 1),
        row.GetInt32(first + 2),
        row.IsDBNull(first + 3) ? null : row.GetString(first + 3),
        row.GetString(first + 4),
        row.IsDBNull(first + 5) ? null : row.GetString(first + 5),
        row.GetString(first + 6),
        row.GetInt64(first + 7),
        row.GetInt64(first + 8),
        Microseconds(row.GetDateTime(first + 9)),
        Microseconds(row.GetDateTime(first + 10)),
        row.IsDBNull(first + 11) ? null : Microseconds(row.GetDateTime(first + 11)));

    public static long Microseconds(DateTimeOffset instant) => Microseconds(instant.UtcDateTime);

    /// <summary>
    /// SHA-256(previous ‖ columns ‖ line). The columns in one written form: the format's number, numbers in big-endian order,
    /// each text in UTF-8 after its length, −1 for none. No old line begins like it, so neither kind passes for the other.
    /// </summary>
    public byte[] Hash(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> line)
    {
        var most = previous.Length + Fixed + ((Length(Node) + Act.Length + Length(Outcome) + Role.Length) * 3) + line.Length;
        var all = ArrayPool<byte>.Shared.Rent(most);
        previous.CopyTo(all);
        var writer = new Writer(all.AsSpan(previous.Length));
        writer.Byte(JournalLine.Format);
        writer.Long(CaseId);
        writer.Int(Seq);
        writer.Int(Visit);
        writer.Long(OrganisationId);
        writer.Long(ActorId);
        writer.Long(At);
        writer.Long(RecordedAt);
        writer.Long(VisitOpenedAt ?? long.MinValue);
        writer.Text(Node);
        writer.Text(Act);
        writer.Text(Outcome);
        writer.Text(Role);
        line.CopyTo(writer.Rest);
        var hash = SHA256.HashData(all.AsSpan(0, previous.Length + writer.Written + line.Length));
        ArrayPool<byte>.Shared.Return(all);
        return hash;
    }

    private static long Microseconds(DateTime instant) => (instant.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private static int Length(string? text) => text?.Length ?? 0;

    private ref struct Writer(Span<byte> all)
    {
        private readonly Span<byte> all = all;

        public int Written { get; private set; }

        public readonly Span<byte> Rest => all[Written..];

        public void Byte(byte value) => all[Written++] = value;

        public void Int(int value)
        {
            BinaryPrimitives.WriteInt32BigEndian(Rest, value);
            Written += sizeof(int);
        }

        public void Long(long value)
        {
            BinaryPrimitives.WriteInt64BigEndian(Rest, value);
            Written += sizeof(long);
        }

        public void Text(string? text)
        {
            if (text is null)
            {
                Int(-1);
                return;
            }

            var length = Encoding.UTF8.GetBytes(text, Rest[sizeof(int)..]);
            Int(length);
            Written += length;
        }
    }
}
