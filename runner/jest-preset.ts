/** `preset: 'fuzz-runner'`: ordinary runs replay saved failures. For projects that have no other preset. */
const preset = { setupFilesAfterEnv: [require.resolve('./setup')] };
export = preset;
