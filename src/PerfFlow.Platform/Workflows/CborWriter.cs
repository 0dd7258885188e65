using System.Buffers.Binary;
using System.Collections;
using System.Globalization;
using System.Text;
using PerfFlow.Engine;

namespace PerfFlow.Platform.Workflows;

/// <summary>
/// Values of facts as CBOR (RFC 8949), one after the other: half the length of JSON, and an instant, a whole number and another
/// number stay what they are. Used again from line to line.
/// </summary>
internal sealed class CborWriter
{
    private byte[] buffer = new byte[512];
    private int count;

    /// <summary>Everything since <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, count);

    public void Clear() => count = 0;

    public void Member(string name, object? value)
    {
        Value(name);
        Value(value);
    }

    public void Value(object? value)
    {
        switch (value)
        {
            case null: Byte(Cbor.Null); break;
            case bool flag: Byte(flag ? Cbor.True : Cbor.False); break;
            case string text: Text(text); break;
            case int number: Number(number); break;
            case long number: Number(number); break;
            case double number: Double(number); break;
            case DateTimeOffset instant: Instant(instant); break;
            case Facts facts:
                Head(Cbor.Map, (ulong)facts.Count);
                foreach (var (name, inner) in facts)
                {
                    Member(name, inner);
                }

                break;
            case ICollection items:
                Head(Cbor.Array, (ulong)items.Count);
                foreach (var item in items)
                {
                    Value(item);
                }

                break;
            default: throw new InvalidOperationException($"{value.GetType()} is no value of a fact.");
        }
    }

    private void Text(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Head(Cbor.Text, (ulong)length);
        Encoding.UTF8.GetBytes(text, Take(length));
    }

    private void Number(long number)
    {
        if (number >= 0)
        {
            Head(Cbor.Unsigned, (ulong)number);
        }
        else
        {
            Head(Cbor.Negative, (ulong)~number);
        }
    }

    private void Double(double number)
    {
        Byte(Cbor.Float);
        BinaryPrimitives.WriteDoubleBigEndian(Take(sizeof(double)), number);
    }

    /// <summary>As short as it comes back exactly: seconds, milliseconds as seconds with a fraction, or the text with its offset.</summary>
    private void Instant(DateTimeOffset instant)
    {
        if (instant.Offset != TimeSpan.Zero || instant.Ticks % TimeSpan.TicksPerMillisecond != 0)
        {
            Head(Cbor.Tag, Cbor.InstantText);
            Text(instant.ToString("O", CultureInfo.InvariantCulture));
            return;
        }

        Head(Cbor.Tag, Cbor.InstantNumber);
        if (instant.Ticks % TimeSpan.TicksPerSecond == 0)
        {
            Number(instant.ToUnixTimeSeconds());
        }
        else
        {
            Double(instant.ToUnixTimeMilliseconds() / 1000.0);
        }
    }

    private void Head(byte major, ulong value)
    {
        switch (value)
        {
            case < 24:
                Byte((byte)(major | value));
                break;
            case <= byte.MaxValue:
                Byte((byte)(major | 24));
                Byte((byte)value);
                break;
            case <= ushort.MaxValue:
                Byte((byte)(major | 25));
                BinaryPrimitives.WriteUInt16BigEndian(Take(sizeof(ushort)), (ushort)value);
                break;
            case <= uint.MaxValue:
                Byte((byte)(major | 26));
                BinaryPrimitives.WriteUInt32BigEndian(Take(sizeof(uint)), (uint)value);
                break;
            default:
                Byte((byte)(major | 27));
                BinaryPrimitives.WriteUInt64BigEndian(Take(sizeof(ulong)), value);
                break;
        }
    }

    private void Byte(byte value) => Take(1)[0] = value;

    private Span<byte> Take(int length)
    {
        if (buffer.Length - count < length)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, count + length));
        }

        count += length;
        return buffer.AsSpan(count - length, length);
    }
}
