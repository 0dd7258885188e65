using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using PerfFlow.Engine;

namespace PerfFlow.Platform.Workflows;

/// <summary>The part of CBOR that <see cref="CborWriter"/> writes, and its reader.</summary>
internal static class Cbor
{
    // Major types in the upper three bits.
    public const byte Unsigned = 0x00;
    public const byte Negative = 0x20;
    public const byte Text = 0x60;
    public const byte Array = 0x80;
    public const byte Map = 0xA0;
    public const byte Tag = 0xC0;
    public const byte False = 0xF4;
    public const byte True = 0xF5;
    public const byte Null = 0xF6;
    public const byte Float = 0xFB;

    public const byte InstantText = 0;
    public const byte InstantNumber = 1;

    // Facts are small; damaged bytes must not exhaust the stack.
    private const int Deepest = 64;

    /// <summary>Names and their values, one after the other, until the end.</summary>
    /// <exception cref="InvalidDataException">The bytes are nothing that <see cref="CborWriter"/> writes.</exception>
    public static Facts ReadMembers(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new Reader(bytes);
            var members = new List<(string, object?)>();
            while (!reader.AtEnd)
            {
                members.Add((reader.Name(), reader.Value()));
            }

            return Facts.Of([.. members]);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException or FormatException)
        {
            throw new InvalidDataException("The bytes are no line of a journal.", e);
        }
    }

    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> bytes = bytes;
        private int at;

        public readonly bool AtEnd => at == bytes.Length;

        public string Name() => Value() as string ?? throw new FormatException("A name is a text.");

        public object? Value(int depth = 0)
        {
            var deeper = depth < Deepest ? depth + 1 : throw new FormatException("Values lie too deep in each other.");
            var head = Take(1)[0];
            switch (head)
            {
                case False: return false;
                case True: return true;
                case Null: return null;
                case Float: return BinaryPrimitives.ReadDoubleBigEndian(Take(sizeof(double)));
            }

            var number = Argument(head & 0x1F);
            switch (head & 0xE0)
            {
                case Unsigned: return checked((long)number);
                case Negative: return ~checked((long)number);
                case Text: return Encoding.UTF8.GetString(Take(checked((int)number)));
                case Array:
                    var items = new object?[Count(number)];
                    for (var i = 0; i < items.Length; i++)
                    {
                        items[i] = Value(deeper);
                    }

                    return items;
                case Map:
                    var members = new (string, object?)[Count(number)];
                    for (var i = 0; i < members.Length; i++)
                    {
                        members[i] = (Name(), Value(deeper));
                    }

                    return Facts.Of(members);
                case Tag:
                    return Instant(Value(deeper));
                default: throw new FormatException($"Head {head} is not written here.");
            }
        }

        private static object Instant(object? value) => value switch
        {
            long seconds => DateTimeOffset.FromUnixTimeSeconds(seconds),
            double seconds => DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(seconds * 1000)),
            string text => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture),
            _ => throw new FormatException("An instant is a number or a text."),
        };

        private ulong Argument(int info) => info switch
        {
            < 24 => (ulong)info,
            24 => Take(1)[0],
            25 => BinaryPrimitives.ReadUInt16BigEndian(Take(sizeof(ushort))),
            26 => BinaryPrimitives.ReadUInt32BigEndian(Take(sizeof(uint))),
            27 => BinaryPrimitives.ReadUInt64BigEndian(Take(sizeof(ulong))),
            _ => throw new FormatException("A length of this kind is not written here."),
        };

        // No more items than there are bytes left: a damaged length asks for no memory.
        private readonly int Count(ulong number) => number <= (ulong)(bytes.Length - at) ? (int)number : throw new FormatException("More items than bytes.");

        private ReadOnlySpan<byte> Take(int length)
        {
            at += length;
            return bytes.Slice(at - length, length);
        }
    }
}
