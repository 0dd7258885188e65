using System.Buffers.Binary;
using System.Text;
using PerfFlow.Engine.Activities;
using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Instances;

/// <summary>Reads what <see cref="StateWriter"/> wrote.</summary>
internal ref struct StateReader(WorkflowDefinition definition, ReadOnlySpan<byte> bytes)
{
    private const int MaxDepth = 200;

    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int position;
    private int depth;

    public byte Byte() => bytes[position++];

    public int Number() => checked((int)Long());

    public readonly void End()
    {
        if (position != bytes.Length)
            throw new InvalidDataException("There are bytes after the instance.");
    }

    public object? Value()
    {
        if (++depth > MaxDepth)
            throw new InvalidDataException("The values are nested too deeply.");
        var value = TaggedValue();
        depth--;
        return value;
    }

    public Frame[] Frames()
    {
        var frames = new Frame[Count()];
        for (var i = 0; i < frames.Length; i++)
        {
            var node = definition.Nodes[Number()];
            var parent = Number();
            if (parent > i)
                throw new InvalidDataException("A frame comes before its container.");
            frames[i] = Frame(node, parent == 0 ? null : frames[parent - 1]);
        }

        return frames;
    }

    private object? TaggedValue()
    {
        var tag = (ValueTag)Byte();
        switch (tag)
        {
            case ValueTag.Null:
                return null;
            case ValueTag.False:
                return false;
            case ValueTag.True:
                return true;
            case ValueTag.Whole:
                return Long();
            case ValueTag.Negative:
                return ~Long();
            case ValueTag.Real:
                position += 8;
                return BinaryPrimitives.ReadDoubleLittleEndian(bytes[(position - 8)..]);
            case ValueTag.Word:
                return definition.Words[Number()];
            case ValueTag.Text:
                var length = Number();
                position += length;
                return Encoding.UTF8.GetString(bytes.Slice(position - length, length));
            case ValueTag.Instant:
                return Instant();
            case ValueTag.List:
                var items = new object?[Count()];
                for (var i = 0; i < items.Length; i++)
                    items[i] = Value();
                return items;
            case ValueTag.Facts:
                var members = new (string, object?)[Count()];
                for (var i = 0; i < members.Length; i++)
                    members[i] = ((string)Value()!, Value());
                return Facts.Of(members);
            default:
                throw new InvalidDataException($"There is no value of kind {tag}.");
        }
    }

    private Frame Frame(Node node, Frame? parent)
    {
        var flags = Byte();
        var frame = new Frame(node, parent) { Faulted = (flags & 2) != 0, Breaking = (flags & 64) != 0 };
        if ((flags & 1) != 0)
            frame.Visit = Visit(node);
        if ((flags & 4) != 0)
            frame.Counter = Number();
        if ((flags & 8) != 0)
            frame.Data = node is not RunTaskNode ? Value() : frame.Visit is null ? Panel.Read(Value()) : Back.Read(Value());
        if (node is RunTaskNode && frame.Counter > 0 && (parent?.Data is not Panel panel || frame.Counter > panel.Seats.Count || frame.Visit is null))
            throw new InvalidDataException("A seat has no step.");
        for (var tokens = (flags & 16) != 0 ? Count() : 0; tokens > 0; tokens--)
        {
            var token = Number();
            frame.AddToken(new FlowToken(token >> 2, (TokenState)(token & 3)));
        }

        var variables = node is ContainerNode container ? new object?[container.Scope.Variables.Count] : [];
        for (var i = 0; i < variables.Length && (flags & 32) != 0; i++)
            variables[i] = Value();
        frame.Declare(variables);
        return frame;
    }

    private OpenVisit Visit(Node node)
    {
        var visit = Number();
        var opened = Number();
        Deadline? due = null;
        if ((ValueTag)bytes[position] == ValueTag.WorkingDays)
        {
            position++;
            due = new Deadline.WorkingDays(Number());
        }
        else if (Value() is DateTimeOffset instant)
        {
            due = new Deadline.At(instant);
        }

        return new OpenVisit(visit, node.Id, ((WaitingNode)node).Kind, opened >> 1, (opened & 1) != 0, due);
    }

    private DateTimeOffset Instant()
    {
        var head = Long();
        var ticks = (head & 1) != 0 ? Long() : 0;
        var minutes = (head & 2) != 0 ? Number() - 1000 : 0;
        var offset = TimeSpan.FromMinutes(minutes);
        return new DateTimeOffset(((head >> 2) * TimeSpan.TicksPerSecond) + ticks + offset.Ticks, offset);
    }

    /// <summary>A length cannot exceed the bytes that are left, so damaged ones do not ask for memory.</summary>
    private int Count()
    {
        var count = Number();
        return count <= bytes.Length - position ? count : throw new InvalidDataException("A length goes beyond the end.");
    }

    private long Long()
    {
        long value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (long)(next & 127) << shift;
            if (next < 128)
                return value;
        }

        throw new InvalidDataException("A number has no end.");
    }
}
