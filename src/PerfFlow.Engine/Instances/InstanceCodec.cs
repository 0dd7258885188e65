using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Instances;

/// <summary>The stored form of an instance: binary, compact, its first byte the version of the format.</summary>
/// <remarks>
/// Numbers are of variable length; activities, connections and known words are their numbers in the definition, so bytes can
/// be read only with the very definition (by hash) that wrote them. The same instance always gives the same bytes.
/// </remarks>
public static class InstanceCodec
{
    private const byte Format = 1;

    private const byte SubmittedFlag = 1;
    private const byte UndoFlag = 2;
    private const byte OvertakenFlag = 4;
    private const byte NamedFlag = 8;
    private const byte IncidentsFlag = 16;

    public static byte[] Write(Instance instance)
    {
        var writer = new StateWriter(instance.Definition);
        var flags = (instance.Submitted ? SubmittedFlag : 0)
            | (instance.Undo is not null ? UndoFlag : 0)
            | (instance.Undo is { Overtaken: true } ? OvertakenFlag : 0)
            | (instance.Name is not null || instance.CorrelationId is not null || instance.Outputs.Count > 0 ? NamedFlag : 0)
            | (instance.Incidents.Count > 0 ? IncidentsFlag : 0);
        writer.Byte(Format);
        writer.Byte((byte)((int)instance.Status | (flags << 3)));
        writer.Number(instance.Revision);
        writer.Number(instance.LastVisit);
        writer.Value(instance.Outcome);
        if ((flags & NamedFlag) != 0)
        {
            writer.Value(instance.Name);
            writer.Value(instance.CorrelationId);
            writer.Value(instance.Outputs);
        }

        if ((flags & IncidentsFlag) != 0)
        {
            writer.Number(instance.Incidents.Count);
            foreach (var incident in instance.Incidents)
            {
                writer.Value(incident.ActivityId);
                writer.Value(incident.Message);
            }
        }

        writer.Frames(instance.Frames);
        if (instance.Undo is { } undo)
        {
            writer.Number(undo.Visit);
            writer.Frames(undo.Frames);
        }

        return writer.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote, for the definition that wrote it.</summary>
    /// <exception cref="InvalidDataException">The bytes are no instance of this definition.</exception>
    public static Instance Read(WorkflowDefinition definition, ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new StateReader(definition, bytes);
            if (reader.Byte() is var format && format != Format)
                throw new InvalidDataException($"The instance has format {format}; known is {Format}.");
            var head = reader.Byte();
            var flags = head >> 3;
            var status = (InstanceStatus)(head & 7);
            var revision = reader.Number();
            var lastVisit = reader.Number();
            var outcome = (string?)reader.Value();
            var named = (flags & NamedFlag) != 0;
            var name = named ? (string?)reader.Value() : null;
            var correlation = named ? (string?)reader.Value() : null;
            var outputs = named ? (Facts)reader.Value()! : Facts.Empty;
            var incidents = new Incident[(flags & IncidentsFlag) != 0 ? reader.Number() : 0];
            for (var i = 0; i < incidents.Length; i++)
                incidents[i] = new Incident((string)reader.Value()!, (string)reader.Value()!);
            var frames = reader.Frames();
            var undo = (flags & UndoFlag) == 0 ? null : new Undo(reader.Number(), reader.Frames(), (flags & OvertakenFlag) != 0);
            reader.End();
            return new Instance(definition, frames)
            {
                Status = status,
                Revision = revision,
                LastVisit = lastVisit,
                Submitted = (flags & SubmittedFlag) != 0,
                Outcome = outcome,
                Name = name,
                CorrelationId = correlation,
                Outputs = outputs,
                Incidents = incidents,
                Undo = undo,
            };
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentException or InvalidCastException or NullReferenceException or OverflowException)
        {
            throw new InvalidDataException($"The bytes are no instance of {definition.DefinitionId} version {definition.Version}.", e);
        }
    }
}
