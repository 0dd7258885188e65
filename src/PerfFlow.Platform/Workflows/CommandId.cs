using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PerfFlow.Platform.Workflows;

/// <summary>Ids derived from what they identify, so that the same cause gives the same id on every node and after every crash.</summary>
public static class CommandId
{
    /// <summary>An id for the nth effect of a case's revision.</summary>
    public static Guid OfEffect(long caseId, int revision, int n)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, caseId);
        BinaryPrimitives.WriteInt32BigEndian(bytes[8..], revision);
        BinaryPrimitives.WriteInt32BigEndian(bytes[12..], n);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>
    /// The key under which the answer to an actor's command is kept: the first half of SHA-256(actor ‖ id), both big-endian. Ids are
    /// an actor's own; to meet the key of another's command one would have to find it among 2^128.
    /// </summary>
    public static Guid Key(long actorId, Guid id)
    {
        Span<byte> bytes = stackalloc byte[24];
        BinaryPrimitives.WriteInt64BigEndian(bytes, actorId);
        id.TryWriteBytes(bytes[8..], bigEndian: true, out _);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(bytes, hash);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>An id for anything that a line of text names, such as "timer 12 3 close".</summary>
    public static Guid Of(FormattableString name)
    {
        var text = FormattableString.Invariant(name);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return new Guid(hash[..16], bigEndian: true);
    }
}
