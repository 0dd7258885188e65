using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Instances;

/// <summary>The kinds of a stored value.</summary>
internal enum ValueTag : byte
{
    Null,
    False,
    True,
    Whole,
    Negative,
    Real,
    Text,
    Word,
    Instant,
    List,
    Facts,
    WorkingDays,
}

/// <summary>Writes the parts of an instance.</summary>
internal sealed class StateWriter(WorkflowDefinition definition)
{
    private readonly ArrayBufferWriter<byte> buffer = new(128);

    public byte[] ToArray() => buffer.WrittenSpan.ToArray();

    public void Byte(byte value)
    {
        buffer.GetSpan(1)[0] = value;
        buffer.Advance(1);
    }

    /// <summary>A number from 0: seven bits a byte.</summary>
    public void Number(long value)
    {
        var rest = (ulong)value;
        for (; rest > 127; rest >>= 7)
            Byte((byte)(rest | 128));
        Byte((byte)rest);
    }

    public void Value(object? value)
    {
        switch (value)
        {
            case null:
                Byte((byte)ValueTag.Null);
                break;
            case bool flag:
                Byte((byte)(flag ? ValueTag.True : ValueTag.False));
                break;
            case long whole:
                Byte((byte)(whole < 0 ? ValueTag.Negative : ValueTag.Whole));
                Number(whole < 0 ? ~whole : whole);
                break;
            case double real:
                Byte((byte)ValueTag.Real);
                BinaryPrimitives.WriteDoubleLittleEndian(buffer.GetSpan(8), real);
                buffer.Advance(8);
                break;
            case string text:
                Text(text);
                break;
            case DateTimeOffset instant:
                Byte((byte)ValueTag.Instant);
                Instant(instant);
                break;
            case Facts facts:
                Byte((byte)ValueTag.Facts);
                Number(facts.Count);
                for (var i = 0; i < facts.Count; i++)
                {
                    Text(facts.KeyAt(i));
                    Value(facts.ValueAt(i));
                }

                break;
            case IReadOnlyList<object?> list:
                Byte((byte)ValueTag.List);
                Number(list.Count);
                foreach (var item in list)
                    Value(item);
                break;
            default:
                throw new InvalidOperationException($"A {value.GetType().Name} cannot be stored.");
        }
    }

    public void Frames(Frame[] frames)
    {
        Number(frames.Length);
        foreach (var frame in frames)
        {
            Number(frame.Node.Index);
            Number(frame.Parent is null ? 0 : Array.IndexOf(frames, frame.Parent) + 1);
            var flags = (frame.Visit is not null ? 1 : 0) | (frame.Faulted ? 2 : 0) | (frame.Counter != 0 ? 4 : 0)
                | (frame.Data is not null ? 8 : 0) | (frame.Tokens.Length > 0 ? 16 : 0) | (frame.Variables.Any(value => value is not null) ? 32 : 0)
                | (frame.Breaking ? 64 : 0);
            Byte((byte)flags);
            if (frame.Visit is not null)
                Visit(frame.Visit);
            if (frame.Counter != 0)
                Number(frame.Counter);
            if (frame.Data is not null)
                Value(frame.Data switch { Panel panel => panel.ToData(), Back back => back.ToData(), var data => data });
            if (frame.Tokens.Length > 0)
            {
                Number(frame.Tokens.Length);
                foreach (var token in frame.Tokens)
                    Number((token.Connection << 2) | (int)token.State);
            }

            if ((flags & 32) == 0)
                continue;
            foreach (var value in frame.Variables)
                Value(value);
        }
    }

    private void Visit(OpenVisit visit)
    {
        Number(visit.Visit);
        Number((visit.OpenedBy << 1) | (visit.Returned ? 1 : 0));
        switch (visit.Due)
        {
            case Deadline.At at:
                Value(at.Instant);
                break;
            case Deadline.WorkingDays days:
                Byte((byte)ValueTag.WorkingDays);
                Number(days.Days);
                break;
            default:
                Value(null);
                break;
        }
    }

    /// <summary>Whole seconds are the rule, so ticks are added only where there are some; the offset in minutes.</summary>
    private void Instant(DateTimeOffset instant)
    {
        var seconds = instant.UtcTicks / TimeSpan.TicksPerSecond;
        var ticks = instant.UtcTicks % TimeSpan.TicksPerSecond;
        var minutes = (int)instant.Offset.TotalMinutes;
        Number((seconds << 2) | (ticks != 0 ? 1L : 0) | (minutes != 0 ? 2L : 0));
        if (ticks != 0)
            Number(ticks);
        if (minutes != 0)
            Number(minutes + 1000);
    }

    private void Text(string text)
    {
        if (definition.Words.TryFind(text, out var number))
        {
            Byte((byte)ValueTag.Word);
            Number(number);
            return;
        }

        Byte((byte)ValueTag.Text);
        var length = Encoding.UTF8.GetByteCount(text);
        Number(length);
        Encoding.UTF8.GetBytes(text, buffer.GetSpan(length));
        buffer.Advance(length);
    }
}
