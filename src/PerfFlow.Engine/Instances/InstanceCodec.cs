using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Instances;

/// <summary>The stored form of an instance: binary, compact, its first byte the version of the format.</summary>
public static class InstanceCodec
{
    public static byte[] Write(Instance instance) => throw new NotSupportedException($"{instance.Revision}");

    /// <summary>Reads what <see cref="Write"/> wrote, for the definition that wrote it.</summary>
    /// <exception cref="InvalidDataException">The bytes are no instance of this definition.</exception>
    public static Instance Read(WorkflowDefinition definition, ReadOnlySpan<byte> bytes) => throw new NotSupportedException($"{definition.Name} {bytes.Length}");
}
